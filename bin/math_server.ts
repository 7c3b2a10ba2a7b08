#!/usr/bin/env node
// The math server of Helium RPC: shows each request that it serves.
import { formatAddress, Server } from '../src/rpc/index';
import { Math as MathService } from '../src/services/gen/math';
import { mathHandlers } from '../src/services/math/math-handlers';
import { parseArguments, portFor } from './support/arguments';
import { print } from './support/output';
import { runProgram } from './support/program';
import { BINDER_FLAGS, registration } from './support/registering';
import { listenSecurity, serverSecurity, takeSecurity } from './support/security';
import { Lifetime, serve } from './support/serving';

void runProgram('math_server [port]', async (args) => {
  const security = takeSecurity(args, 'server', BINDER_FLAGS);
  const [portNumber] =
    security.rest.length === 0 ? [0] : parseArguments(security.rest, portFor(security.values));
  const show = (text: string, peer = '') => void process.stdout.write(`${text}  ${peer}\n`);
  const server = new Server(serverSecurity(security)).add(MathService, mathHandlers(show));
  await serve(server, portNumber, new Lifetime(), {
    ...listenSecurity(security),
    register: registration(security, [MathService]),
    onListening: async (address) => {
      await print('>> Server Online!');
      await print(`${MathService.name} ${formatAddress(address)}`);
    },
  });
});
