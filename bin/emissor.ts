#!/usr/bin/env node
// Sends the lines of its standard input to exibidores, by way of the server.
import {
  BadCommand,
  COMMANDS_HELP,
  parseCommand,
  type EmissorCommand,
} from '../src/services/messages/emissor-command';
import { MessageClient } from '../src/services/messages/message-client';
import { readLines } from './support/lines';
import { clientId, identify, messageServer, onInterrupt } from './support/messages';
import { print } from './support/output';
import { runProgram, UsageError } from './support/program';

const HELP = `emissor <servidor:porta> [número de 1 a 999]

Lê linhas do teclado e as envia. A cada uma o servidor responde OK ou ERRO. Sem número, usa um livre.
Reads lines and sends them. The server answers OK or ERRO to each. Without a number, any free one.

${COMMANDS_HELP}`;

void runProgram(
  { usage: 'emissor <host:port> [number from 1 to 999]', help: HELP },
  async (args) => {
    const [server, id, ...more] = args;
    if (server === undefined || more.length > 0) throw new UsageError('expected 1 or 2 arguments');
    const address = messageServer(server);
    const wanted = id === undefined ? undefined : clientId('emissor', id);

    const client = await MessageClient.connect(address);
    const over = new AbortController();
    over.signal.addEventListener('abort', () => process.stdin.destroy());
    onInterrupt(() => over.abort('interrupted'));
    void client.closed.then(() => over.abort('lost'));
    const own = await identify(client, 'emissor', wanted);
    await print(`emissor ${own}`);
    try {
      for await (const line of readLines(process.stdin)) {
        if (!(await carryOut(client, line))) break;
      }
    } catch (error) {
      // A destroyed input ends its iteration by an error.
      if (!over.signal.aborted) throw error;
    }
    if (over.signal.reason === 'lost') throw new Error('o servidor encerrou a conexão');
    await client.leave();
  },
);

/** @returns whether to go on */
async function carryOut(client: MessageClient, line: string): Promise<boolean> {
  let command: EmissorCommand;
  try {
    command = parseCommand(line);
  } catch (error) {
    if (!(error instanceof BadCommand)) throw error;
    process.stderr.write(`${error.message}\n`);
    return true;
  }
  switch (command.kind) {
    case 'leave':
      return false;
    case 'nothing':
      return true;
    case 'text':
      await report(client.sendText(command.destination, command.text), command.destination);
      return true;
    case 'who':
      await report(client.askWho(command.exibidor), command.exibidor);
      return true;
  }
}

async function report(answer: Promise<boolean>, exibidor: number): Promise<void> {
  const isAccepted = await answer;
  await print(isAccepted ? 'OK' : `ERRO: o exibidor ${exibidor} não está, ou sua fila está cheia`);
}
