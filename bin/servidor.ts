#!/usr/bin/env node
// The server of the message system: hands the texts of emissores to exibidores.
import { MessageServer } from '../src/services/messages/message-server';
import { parseArguments, port } from './support/arguments';
import { print } from './support/output';
import { hasCode, runProgram } from './support/program';
import { Lifetime } from './support/serving';

const HELP = `servidor [porta]

Servidor do sistema de mensagens. Sem porta, escolhe uma livre e a imprime. Quem entra e quem sai é
escrito na saída de erros. Com Ctrl-C, pede aos exibidores que terminem e depois termina.

Server of the message system. Without a port it takes a free one and prints it. Who comes and goes
is written on standard error. On Ctrl-C it asks the exibidores to end, then ends.
`;

void runProgram({ usage: 'servidor [port]', help: HELP }, async (args) => {
  const [portNumber] = args.length === 0 ? [0] : parseArguments(args, port);
  const server = new MessageServer({ log: (line) => void process.stderr.write(`${line}\n`) });
  const lifetime = new Lifetime();
  try {
    const chosen = await server.listen(portNumber);
    lifetime.listenToSignals();
    await print(`servidor na porta ${chosen}`);
    await lifetime.over;
  } catch (error) {
    throw hasCode(error, 'EADDRINUSE')
      ? new Error(`outro programa usa a porta ${portNumber}: termine-o, ou escolha outra porta`)
      : error;
  } finally {
    await server.close();
  }
});
