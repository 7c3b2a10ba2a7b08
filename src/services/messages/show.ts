import { type Buffer } from 'node:buffer';
import { MessageType, roleOf, SERVER_ID, type ListMessage, type TextMessage } from './message';

/**
 * What could move the cursor, clear the screen or turn the text around: somebody else's text may
 * only be read, whatever terminal it comes to.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A text that is safe to print on a line. Bytes that are not UTF-8 are shown as U+FFFD. */
export function readableText(text: Buffer): string {
  return text.toString('utf8').replace(UNSAFE, '\ufffd');
}

/** The line that an exibidor prints. */
export function lineOf(message: TextMessage | ListMessage): string {
  if (message.type === MessageType.OKQEM) return `Clientes ativos: ${listOf(message.clients)}`;
  const from = message.origin === SERVER_ID ? 'do servidor' : `de ${message.origin}`;
  return `Mensagem ${from}: ${readableText(message.text)}`;
}

function listOf(clients: readonly number[]): string {
  const of = (role: string): string =>
    clients.filter((id) => roleOf(id) === role).join(' ') || 'nenhum';
  return `emissores ${of('emissor')}; exibidores ${of('exibidor')}`;
}
