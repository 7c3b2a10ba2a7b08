import type { CallStep, CaseData, ScriptStep } from '../model';
import { sized, zeros } from './calls';
import { ANSWER, ANSWERED, CALL, cancelled, EMPTY_STEP, GONE } from './raw-server';

/** Preface and HELLO of a server that can deflate. */
const OPENING = `89 46 49 4f 0d 0a 1a 0a 00000016 00000000 01 10 0000 0000 0000
  0001 0001 00400000 00000400 00002710 00000001 0000`;
/** A hundred bytes of 0, as docs/PROTOCOL.md §7.6 compresses them: 10 bytes. */
const HUNDRED = '00000064 63 60 a0 3d 00 00';
/** END with a compressed reply of 10 bytes. */
const COMPRESSED_END = '0000000c {call} 04 0c 0000 {method} 0000';

const UNARY: CallStep = { method: 'UnaryCall', expect: { replies: [zeros(0)] } };
const BAD: CallStep = { method: 'UnaryCall', expect: { code: 13 } };

function deflateCase(
  name: string,
  description: string,
  steps: readonly CallStep[],
  script: readonly ScriptStep[],
): CaseData {
  return {
    name,
    section: '§7.6',
    description,
    needs: 'deflate',
    client: { compresses: true },
    opening: OPENING,
    steps,
    connections: [script],
  };
}

/** Compressed messages, at the client. */
export const CLIENT_DEFLATE: readonly CaseData[] = [
  deflateCase(
    'client_compresses',
    'A request of 5 000 bytes of 0 goes compressed, when HELLO has come; a short one does not.',
    [EMPTY_STEP, { ...UNARY, request: zeros(5_000) }, { ...UNARY, request: zeros(10) }],
    [
      ...ANSWERED,
      { expect: { type: 'CALL', flags: 'LAST|MSG|COMPRESSED' } },
      { send: ANSWER },
      { expect: { type: 'CALL', flags: 'LAST|MSG' } },
      { send: ANSWER },
    ],
  ),
  {
    name: 'client_does_not_compress_unasked',
    section: '§7.6',
    description: 'A server that has not said that it can inflate gets nothing compressed.',
    needs: 'deflate',
    client: { compresses: true },
    steps: [EMPTY_STEP, { ...UNARY, request: zeros(5_000) }],
    connections: [[...ANSWERED, { expect: { type: 'CALL', flags: 'LAST|MSG' } }, { send: ANSWER }]],
  },
  deflateCase(
    'compressed_reply_in_end',
    'A compressed reply in END is read.',
    [UNARY],
    [CALL, { send: `${COMPRESSED_END} ${HUNDRED}` }],
  ),
  deflateCase(
    'compressed_replies_in_data',
    'Of several replies some are compressed and some are not; one is in fragments.',
    [
      {
        method: 'StreamingOutputCall',
        request: sized(0),
        expect: { replies: [zeros(0), { payload: '7f' }, zeros(0)] },
      },
    ],
    [
      CALL,
      { send: `0000000a {call} 03 1c 0000 {method} ${HUNDRED}` },
      { send: '00000005 {call} 03 14 0000 {method} 00000001 7f' },
      { send: '00000004 {call} 03 1e 0000 {method} 00000064' },
      { send: '00000006 {call} 03 10 0000 {method} 63 60 a0 3d 00 00' },
      { send: '00000002 {call} 04 00 0000 {method} 0000' },
    ],
  ),
  deflateCase(
    'compressed_reply_garbage',
    'A compressed reply that is not DEFLATE is INTERNAL, and the connection goes on.',
    [BAD, EMPTY_STEP],
    [CALL, { send: `${COMPRESSED_END} 00000064 ff ff ff ff ff ff` }, ...ANSWERED],
  ),
  deflateCase(
    'compressed_reply_of_another_length',
    'A compressed reply that inflates to more than it says is INTERNAL.',
    [BAD, EMPTY_STEP],
    [CALL, { send: `${COMPRESSED_END} ${HUNDRED.replace('64', '63')}` }, ...ANSWERED],
  ),
  deflateCase(
    'compressed_reply_over_the_limit',
    'A reply that says it inflates to 4 GiB is RESOURCE_EXHAUSTED, by its length.',
    [{ ...UNARY, expect: { code: 8 } }, EMPTY_STEP],
    [
      CALL,
      { send: `0000000a {call} 03 1c 0000 {method} ${HUNDRED.replace('00000064', 'ffffffff')}` },
      cancelled(1),
      { send: GONE },
      ...ANSWERED,
    ],
  ),
];
