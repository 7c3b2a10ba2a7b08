import { Buffer } from 'node:buffer';
import { END_TEXT, EVERYBODY, roleOf, TEXT_BYTES_MAX } from './message';

/** What a line of an emissor's keyboard asks for. */
export type EmissorCommand =
  | { readonly kind: 'text'; readonly destination: number; readonly text: string }
  | { readonly kind: 'who'; readonly exibidor: number }
  | { readonly kind: 'leave' }
  | { readonly kind: 'nothing' };

/** A line that cannot be meant. Nothing has been sent. */
export class BadCommand extends Error {
  override readonly name = 'BadCommand';
}

export const COMMANDS_HELP = `  texto            envia a todos os exibidores          text to every exibidor
  @1002 texto      envia a um exibidor (@0: a todos)    text to one exibidor (@0: to all)
  /quem 1001       lista os clientes no exibidor 1001   list the clients on exibidor 1001
  /fim 1001        pede que o exibidor 1001 termine     ask exibidor 1001 to end
  /sair            termina (ou Ctrl-D, Ctrl-C)          leave (or Ctrl-D, Ctrl-C)
  /who /end /quit  o mesmo que /quem /fim /sair         the same as /quem /fim /sair
`;

/** @throws BadCommand */
export function parseCommand(line: string): EmissorCommand {
  if (line.trim() === '') return { kind: 'nothing' };
  const [, to, text] = /^@(\d+) (.*)$/s.exec(line) ?? [];
  if (to !== undefined && text !== undefined) return textTo(destinationOf(to), text);
  return line.startsWith('/') ? slashCommand(line) : textTo(EVERYBODY, line);
}

function slashCommand(line: string): EmissorCommand {
  const [word = '', argument, ...more] = line.trim().split(/\s+/);
  if (more.length > 0) throw unknown(line);
  switch (word) {
    case '/quem':
    case '/who':
      return { kind: 'who', exibidor: exibidorOf(word, argument) };
    case '/fim':
    case '/end':
      return textTo(exibidorOf(word, argument), END_TEXT);
    case '/sair':
    case '/quit':
      if (argument === undefined) return { kind: 'leave' };
  }
  throw unknown(line);
}

function textTo(destination: number, text: string): EmissorCommand {
  const bytes = Buffer.byteLength(text);
  if (bytes > TEXT_BYTES_MAX) {
    throw new BadCommand(`o texto tem ${bytes} bytes, e o máximo é ${TEXT_BYTES_MAX}`);
  }
  return { kind: 'text', destination, text };
}

/** The server judges what is no exibidor; here it must only fit into its field. */
function destinationOf(digits: string): number {
  const id = Number(digits);
  if (id > 0xffff) throw new BadCommand(`${digits} não é um identificador`);
  return id;
}

function exibidorOf(word: string, argument: string | undefined): number {
  const id = Number(argument);
  if (roleOf(id) === 'exibidor') return id;
  throw new BadCommand(`escreva ${word} e o número de um exibidor, como ${word} 1001`);
}

function unknown(line: string): BadCommand {
  return new BadCommand(`'${line}' não é um comando; para enviar esse texto, escreva @0 ${line}`);
}
