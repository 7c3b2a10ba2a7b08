import { Server } from 'fio-rpc';
import { DoStuff } from './gen/hello.js';

const hello = (pid: number): { retval: string } => ({ retval: `Hello, ${pid}!` });

const server = new Server().add(DoStuff, {
  // Unary: a reply, or a promise of it.
  sayHello: ({ pid }) => hello(pid),

  // Server streaming: a generator. It is asked for the next reply when the client has taken some.
  *sayHelloOften({ pid }) {
    for (let i = 0; i < 3; i++) yield hello(pid + i);
  },

  // Client streaming: the requests come by an async iterable.
  async sayHelloToAll(requests) {
    const pids: number[] = [];
    for await (const { pid } of requests) pids.push(pid);
    return { retval: `Hello, ${pids.join(' and ')}!` };
  },

  // Bidirectional: both, in any order.
  async *sayHelloToEach(requests) {
    for await (const { pid } of requests) yield hello(pid);
  },
});
await server.listen({ port: Number(process.argv[2]), host: 'localhost' });
