import type { CallStep, FramePattern, ScriptStep } from '../model';

// Pieces of scripts for a raw server. `{call}` and `{method}` are those of the last CALL.

/** The client's CALL. */
export const CALL: ScriptStep = { expect: { type: 'CALL' } };
/** END with success and an empty reply. */
export const ANSWER = '00000002 {call} 04 04 0000 {method}  0000';
/** END with success and no reply. */
export const END = '00000002 {call} 04 00 0000 {method}  0000';
/** END(NOT_FOUND) with the text 'gone'. */
export const GONE = '00000009 {call} 04 00 0005 {method}  0007 05 0004 676f6e65';
/** An empty reply in DATA. */
export const REPLY = '00000000 {call} 03 14 0000 {method}';
/** META with the pair a: 1. */
export const META = '00000008 {call} 09 00 0000 {method}  0006 01 0003 01 61 31';
/** The pair of META. */
export const META_PAIR = ['a', '31'] as const;

/** Preface and HELLO; the limits of messages and calls in hex. */
export function serverHello(messageBytesMax: string, streamsMax: string): string {
  return `89 46 49 4f 0d 0a 1a 0a 00000016 00000000 01 10 0000 0000 0000
          0001 0001 ${messageBytesMax} ${streamsMax} 00002710 00000000 0000`;
}

/** A call of EmptyCall that is answered: the client has read HELLO then. */
export const EMPTY_STEP: CallStep = { method: 'EmptyCall', expect: {} };
export const ANSWERED: readonly ScriptStep[] = [CALL, { send: ANSWER }];

/** The client gives the call up, by this code. */
export function cancelled(code: number, pattern: Omit<FramePattern, 'type'> = {}): ScriptStep {
  return { expect: { type: 'CANCEL', code, ...pattern } };
}

/** The client says which rule was broken, and ends the connection. */
export function refused(rule: string, code = 13): readonly ScriptStep[] {
  return [{ expect: { type: 'GOAWAY', rule, code } }, { expectEnded: true }];
}
