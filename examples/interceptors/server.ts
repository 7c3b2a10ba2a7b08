import { randomUUID } from 'node:crypto';
import { RpcError, Server, StatusCode, type ServerInterceptor } from 'fio-rpc';
import { Greeter } from './gen/greeter.js';

/** Around every handler: nobody is served who does not say which request it is. */
const wantsRequestId: ServerInterceptor = (input, context, next) => {
  const pair = context.metadata.find(([key]) => key === 'request-id');
  if (pair === undefined) throw new RpcError(StatusCode.INVALID_ARGUMENT, 'no request-id');
  const id = Buffer.from(pair[1]).toString();
  console.log(`${context.method}, request ${id}`);
  // Goes with the end of the call, whether it ends well or not.
  context.setTrailers([['served-by', Buffer.from(serverId)]]);
  return next(input);
};

const serverId = process.argv[3] ?? randomUUID();
const server = new Server({ interceptors: [wantsRequestId] }).add(Greeter, {
  greet({ name }) {
    if (name === '') throw new RpcError(StatusCode.INVALID_ARGUMENT, 'nobody to greet');
    return { text: `Hello, ${name}!` };
  },
});
await server.listen({ port: Number(process.argv[2]), host: 'localhost' });
