#!/usr/bin/env node
// The dictionary of the TCP guide: texts that many clients share.
import { Server } from '../src/rpc/index';
import { TextDictionary } from '../src/services/dictionary/dictionary';
import { dictionaryHandlers } from '../src/services/dictionary/dictionary-handlers';
import { Dictionary } from '../src/services/gen/dictionary';
import { parseArguments, portFor } from './support/arguments';
import { runProgram } from './support/program';
import { BINDER_FLAGS, registration } from './support/registering';
import { listenSecurity, serverSecurity, takeSecurity } from './support/security';
import { Lifetime, serve } from './support/serving';

void runProgram('dictionary_server <port>', async (args) => {
  const security = takeSecurity(args, 'server', BINDER_FLAGS);
  const [portNumber] = parseArguments(security.rest, portFor(security.values));
  const handlers = dictionaryHandlers(new TextDictionary());
  const server = new Server(serverSecurity(security)).add(Dictionary, handlers);
  await serve(server, portNumber, new Lifetime(), {
    ...listenSecurity(security),
    register: registration(security, [Dictionary]),
  });
});
