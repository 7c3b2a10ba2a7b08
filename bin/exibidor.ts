#!/usr/bin/env node
// Prints the messages that it is sent.
import { MessageClient, type Shown } from '../src/services/messages/message-client';
import { emissorOf, isRequestToEnd, type Obedience } from '../src/services/messages/obedience';
import { lineOf } from '../src/services/messages/show';
import { clientId, identify, messageServer, onInterrupt } from './support/messages';
import { print } from './support/output';
import { runProgram, UsageError } from './support/program';

const HELP = `exibidor <servidor:porta> [número de 1000 a 1999] [emissores]

Imprime o que recebe. Termina por Ctrl-C, ou por um pedido (/fim) do servidor ou de um emissor
conhecido: o de mesmo número (1001 obedece a 1), ou os de [emissores]: 1,2,3 ou todos ou nenhum.

Prints what it is sent. Ends by Ctrl-C, or when asked (/fim) by the server or an emissor that it
knows: the one with its number (1001 obeys 1), or those of [emissores]: 1,2,3 or todos or nenhum.
`;

void runProgram(
  { usage: 'exibidor <host:port> [number from 1000 to 1999] [emissores]', help: HELP },
  async (args) => {
    const [server, id, emissores, ...more] = args;
    if (server === undefined || more.length > 0) throw new UsageError('expected 1 to 3 arguments');
    const address = messageServer(server);
    const wanted = id === undefined ? undefined : clientId('exibidor', id);
    const obedience = emissores === undefined ? undefined : obedienceOf(emissores);

    let end: () => void = () => undefined;
    const isToEnd = new Promise<'asked'>((resolve) => (end = () => resolve('asked')));
    let outputError: unknown;
    const show = async (message: Shown): Promise<void> => {
      if (isRequestToEnd(message, obedience ?? new Set([emissorOf(client.id)]))) {
        end();
        return;
      }
      try {
        await print(lineOf(message));
      } catch (error) {
        outputError = error;
        throw error;
      }
    };
    const client = await MessageClient.connect(address, { show });
    onInterrupt(end);
    const own = await identify(client, 'exibidor', wanted);
    await print(`exibidor ${own}`);
    const ending = await Promise.race([isToEnd, client.closed]);
    if (outputError !== undefined) throw outputError as Error;
    if (ending !== 'asked') throw new Error('o servidor encerrou a conexão');
    await client.leave();
  },
);

function obedienceOf(text: string): Obedience {
  if (text === 'todos') return 'everybody';
  if (text === 'nenhum') return new Set();
  return new Set(text.split(',').map((id) => clientId('emissor', id)));
}
