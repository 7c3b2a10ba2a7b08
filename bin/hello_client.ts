#!/usr/bin/env node
// The client of the gRPC example.
import { client } from '../src/rpc/index';
import { connectTo } from '../src/services/binder/target';
import { DoStuff } from '../src/services/gen/hello';
import { parseArguments, serverAddress } from './support/arguments';
import { CALL, CHANNEL } from './support/calls';
import { print } from './support/output';
import { runProgram } from './support/program';
import { channelSecurity, takeSecurity } from './support/security';

const DEFAULT_SERVER = 'localhost:8888';

void runProgram('hello_client [host:port of the server]', async (args) => {
  const security = takeSecurity(args, 'client');
  const [server] = parseArguments(
    security.rest.length === 0 ? [DEFAULT_SERVER] : security.rest,
    serverAddress,
  );
  const channel = connectTo(server, { ...CHANNEL, ...channelSecurity(security) });
  try {
    const stub = client(DoStuff, channel);
    const { pid } = process;
    await print(`GRPC client received: ${(await stub.sayHello({ pid }, CALL)).retval}`);
    await print(`GRPC client received: ${(await stub.sayHelloAgain({ pid }, CALL)).retval}`);
  } finally {
    await channel.close();
  }
});
