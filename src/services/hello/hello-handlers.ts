import type { Handlers } from '../../rpc/index';
import type { DoStuff } from '../gen/hello';

/**
 * The service of the gRPC example: it greets a client by its process number.
 * @param print takes the line that the example's server prints for each call
 */
export function helloHandlers(print: (line: string) => void): Handlers<typeof DoStuff> {
  return {
    sayHello: ({ pid }) => {
      print(`GRPC server in say_hello, pid = ${pid}`);
      return { retval: `Hello, ${pid}!` };
    },
    sayHelloAgain: ({ pid }) => {
      print(`GRPC server in say_hello_again, pid = ${pid}`);
      return { retval: `Hello again, ${pid}!` };
    },
  };
}
