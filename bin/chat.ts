#!/usr/bin/env node
// Emissor and exibidor in one window: messages above, the line that is typed below.
import { ChatSession } from '../src/services/messages/chat-session';
import { COMMANDS_HELP } from '../src/services/messages/emissor-command';
import { loadKit, showChat } from './chat/screen';
import { clientId, messageServer, onInterrupt } from './support/messages';
import { runProgram, UsageError } from './support/program';

const HELP = `chat <servidor:porta> [número de 1 a 999]

Emissor N e exibidor 1000 + N em uma janela. Sem número, usa um livre.
Emissor N and exibidor 1000 + N in one window. Without a number, any that is free.

${COMMANDS_HELP}`;

void runProgram({ usage: 'chat <host:port> [number from 1 to 999]', help: HELP }, async (args) => {
  const [server, id, ...more] = args;
  if (server === undefined || more.length > 0) throw new UsageError('expected 1 or 2 arguments');
  const address = messageServer(server);
  const wanted = id === undefined ? undefined : clientId('emissor', id);
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new Error('chat precisa de um terminal; emissor e exibidor não');
  }
  const kit = await loadKit();
  const session = await ChatSession.join(address, wanted);
  if (session === undefined) throw new Error('o número está em uso; escolha outro, ou nenhum');
  onInterrupt(() => void session.leave());
  await showChat(kit, session);
  const ending = await session.ended;
  await session.leave();
  if (ending === 'server lost') throw new Error('o servidor encerrou a conexão');
});
