import './tracing.js';
import { trace } from '@opentelemetry/api';
import { RpcError, Server, StatusCode } from 'fio-rpc';
import { observeServer } from 'fio-rpc/opentelemetry';
import { Greeter } from './gen/greeter.js';

const server = new Server({ interceptors: [observeServer()] }).add(Greeter, {
  greet({ name }) {
    // The call's span is the current one while its handler runs.
    trace.getActiveSpan()?.setAttribute('person', name);
    if (name === '') throw new RpcError(StatusCode.INVALID_ARGUMENT, 'nobody to greet');
    return { text: `Hello, ${name}!` };
  },
});
await server.listen({ port: Number(process.argv[2]), host: 'localhost' });
