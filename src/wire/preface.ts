import { Buffer } from 'node:buffer';
import { ProtocolError } from './protocol-error';

/**
 * The first eight bytes of each end, `\x89FIO\r\n\x1a\n`. Not text, not TLS (0x16), not a length
 * (0x00): a stray client of another protocol is known by its first byte, and a file transfer that
 * rewrites line ends by the rest, as in PNG.
 */
export const PREFACE = Buffer.from([0x89, 0x46, 0x49, 0x4f, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Compare what has come with the preface.
 * @param matched how many bytes of the preface came before `bytes`
 * @returns how many are matched now; 8 is all of it
 * @throws ProtocolError PREFACE_MISMATCH at the first byte that differs
 */
export function matchPreface(matched: number, bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end && matched < PREFACE.length; at++, matched++) {
    if (bytes[at] !== PREFACE[matched]) {
      const guess = matched === 0 ? `, ${guessProtocol(bytes, start, end)}` : '';
      throw new ProtocolError('PREFACE_MISMATCH', `the peer does not speak Fio${guess}`);
    }
  }
  return matched;
}

function guessProtocol(bytes: Buffer, start: number, end: number): string {
  if (bytes[start] === 0x16) return 'it looks like TLS';
  const text = bytes.toString('latin1', start, Math.min(end, start + 16));
  if (/^(GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|CONNECT|PRI) /.test(text)) {
    return 'it looks like HTTP';
  }
  return `it begins with ${bytes.toString('hex', start, Math.min(end, start + 8))}`;
}
