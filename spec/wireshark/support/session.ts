import { Buffer } from 'node:buffer';
import { readGoldenFrames } from '../../support/golden-frame';
import type { Capture } from './capture';

/** Some bytes of one end. */
export interface Turn {
  readonly from: 'client' | 'server';
  readonly bytes: Buffer;
}

function golden(...names: string[]): Buffer {
  const frames = new Map(readGoldenFrames().map(({ name, bytes }) => [name, bytes]));
  return Buffer.concat(names.map((name) => frames.get(name)!));
}

/** A connection with a frame of most kinds, of the golden ones, and what is shown of it. */
export const SESSION: readonly Turn[] = [
  { from: 'client', bytes: golden('preface', 'hello-client', 'call-unary') },
  { from: 'server', bytes: golden('preface', 'hello-server', 'end-result') },
  {
    from: 'client',
    bytes: golden('call-options', 'call-no-message', 'data-first-fragment', 'data-last-fragment'),
  },
  { from: 'server', bytes: golden('meta', 'end-error-text', 'credit', 'ping', 'goaway-drain') },
];

export const SESSION_INFOS = [
  'preface; HELLO version 1; CALL Wallet.Transfer order=3 check=10 wallet="Loja"',
  'preface; HELLO version 1; END Wallet.Transfer OK status=0',
  'CALL Wallet.Transfer order=3 check=10 wallet="Loja" (try 2); CALL Wallet.Transfer; ' +
    'DATA Wallet.Transfer fragment (16 bytes); ' +
    'DATA Wallet.Transfer order=3 check=10 wallet="Loja" (2 fragments) LAST',
  'META Wallet.Transfer 1 metadata; ' +
    'END Wallet.Transfer INVALID_ARGUMENT "UTF8_INVALID: a string of 4 bytes is not UTF-8"; ' +
    'CREDIT Wallet.Transfer +131104 bytes; PING; GOAWAY no new calls, 10000 ms to drain',
];

/** Adds the session as one connection, each turn cut into the pieces that `cut` makes of it. */
export function addSession(
  capture: Capture,
  clientPort: number,
  cut: (bytes: Buffer, turn: number) => readonly Buffer[],
): void {
  SESSION.forEach(({ from, bytes }, turn) => {
    for (const piece of cut(bytes, turn)) capture.segment(clientPort, from, piece);
  });
}
