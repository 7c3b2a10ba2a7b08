import type { FramePattern, ScriptStep } from '../model';

// Pieces of scripts for a raw client. Service 65000 is fde8; stream 1 unless it is said.

/** CALL of EmptyCall, whole. */
export const EMPTY_CALL = '00000006 00000001 02 05 0000 fde8 0001  00000000 0000';
/** CALL of UnaryCall, whole, an empty request. */
export const UNARY_CALL = '00000006 00000001 02 05 0000 fde8 0002  00000000 0000';
/** CALL of UnaryCall, whole: its handler waits for 65 535 ms, unless its signal fires. */
export const HOLD_CALL =
  '00000012 00000001 02 05 0000 fde8 0002  00000000 0000  00000000 00000000 0000ffff';
/** CALL of UnaryCall whose message is to follow as DATA. */
export const BEGUN_CALL = '00000006 00000001 02 00 0000 fde8 0002  00000000 0000';
/** A first fragment of one byte for it. */
export const FRAGMENT = '00000001 00000001 03 06 0000 fde8 0002  00';
/** CALL of FullDuplexCall, no request yet. */
export const DUPLEX_CALL = '00000006 00000001 02 00 0000 fde8 0005  00000000 0000';
/** CALL of StreamingInputCall, no request yet. */
export const INPUT_CALL = '00000006 00000001 02 00 0000 fde8 0004  00000000 0000';

/** The END of a call. */
export function end(pattern: Omit<FramePattern, 'type'> = {}): ScriptStep {
  return { expect: { type: 'END', code: 0, ...pattern } };
}

/** A call on that stream is answered: the connection goes on. */
export function serves(stream: number): readonly ScriptStep[] {
  const id = stream.toString(16).padStart(8, '0');
  return [{ send: EMPTY_CALL.replace('00000001', id) }, end({ stream, flags: 'MSG' })];
}

/** The server says which rule was broken, and ends the connection. */
export function refused(rule: string, code = 13, lastStream = 0): readonly ScriptStep[] {
  return [
    { expect: { type: 'GOAWAY', rule, code, lastStream: [lastStream, 0x7fff_ffff] } },
    { expectEnded: true },
  ];
}
