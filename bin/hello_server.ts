#!/usr/bin/env node
// The server of the gRPC example.
import { Server } from '../src/rpc/index';
import { DoStuff } from '../src/services/gen/hello';
import { helloHandlers } from '../src/services/hello/hello-handlers';
import { parseArguments, portFor } from './support/arguments';
import { runProgram } from './support/program';
import { BINDER_FLAGS, registration } from './support/registering';
import { listenSecurity, serverSecurity, takeSecurity } from './support/security';
import { Lifetime, serve, serveOnProcesses } from './support/serving';
import { WORKER_FLAGS, workersOf } from './support/workers';

/** The example's. */
const DEFAULT_PORT = '8888';

void runProgram('hello_server [port] [--workers NUMBER]', async (args) => {
  const security = takeSecurity(args, 'server', { ...BINDER_FLAGS, ...WORKER_FLAGS });
  const workers = workersOf(security.values);
  const [portNumber] = parseArguments(
    security.rest.length === 0 ? [DEFAULT_PORT] : security.rest,
    portFor(security.values),
  );
  const handlers = helloHandlers((line) => void process.stdout.write(`${line}\n`));
  const makeServer = () => new Server(serverSecurity(security)).add(DoStuff, handlers);
  const options = {
    ...listenSecurity(security),
    register: registration(security, [DoStuff]),
  };
  const lifetime = new Lifetime();
  if (workers > 1) await serveOnProcesses(workers, makeServer, portNumber, lifetime, options);
  else await serve(makeServer(), portNumber, lifetime, options);
});
