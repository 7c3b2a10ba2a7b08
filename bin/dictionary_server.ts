#!/usr/bin/env node
// The dictionary of the TCP guide: texts that many clients share. Shows who comes and what is asked.
import { subscribe } from 'node:diagnostics_channel';
import { DIAGNOSTICS, parseAddress, Server, type ConnectionEvent } from '../src/rpc/index';
import { TextDictionary } from '../src/services/dictionary/dictionary';
import { dictionaryHandlers } from '../src/services/dictionary/dictionary-handlers';
import { Dictionary } from '../src/services/gen/dictionary';
import { parseArguments, portFor } from './support/arguments';
import { runProgram } from './support/program';
import { BINDER_FLAGS, registration } from './support/registering';
import { listenSecurity, serverSecurity, takeSecurity } from './support/security';
import { Lifetime, serve } from './support/serving';

const SHOWN_CHARS = 200;

void runProgram('dictionary_server <port>', async (args) => {
  const security = takeSecurity(args, 'server', BINDER_FLAGS);
  const [portNumber] = parseArguments(security.rest, portFor(security.values));
  const handlers = dictionaryHandlers(new TextDictionary(), (line) => show(`recebi ${line}`));
  subscribe(DIAGNOSTICS.connectionOpen, (message) => {
    const { host, port } = parseAddress((message as ConnectionEvent).peer);
    show(`ligado a ${host} no porto ${port}`);
  });
  const server = new Server(serverSecurity(security)).add(Dictionary, handlers);
  await serve(server, portNumber, new Lifetime(), {
    ...listenSecurity(security),
    register: registration(security, [Dictionary]),
  });
});

/** Nobody needs to read it: what cannot be written is dropped. A client's text may be of any kind. */
function show(line: string): void {
  const short = line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line;
  process.stdout.write(`${short.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')}\n`);
}
