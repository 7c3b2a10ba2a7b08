import type { CallStep, CaseData } from '../model';
import { sized, zeros } from './calls';
import { ANSWERED, CALL, cancelled, EMPTY_STEP, GONE, serverHello } from './raw-server';

interface BadReply {
  readonly rule: string;
  readonly description: string;
  /** The message, and how many bytes it has. */
  readonly bytes: number;
  readonly message: string;
}

const BAD: readonly BadReply[] = [
  {
    rule: 'FIELD_CUT',
    description: 'bytes that are cut',
    bytes: 5,
    message: '00000002 00',
  },
  {
    rule: 'PRESENCE_INVALID',
    description: 'a presence byte of 2',
    bytes: 9,
    message: '00000000 00000000 02',
  },
  {
    rule: 'COUNT_TOO_BIG',
    description: 'a count of 2^32 - 1 elements',
    bytes: 17,
    message: '00000000 00000000 01 00000004 ffffffff',
  },
  {
    rule: 'UTF8_INVALID',
    description: 'a string that is not UTF-8',
    bytes: 23,
    message: '00000000 00000000 01 0000000a 00000000 00 00000001 ff',
  },
];

const UNARY: CallStep = { method: 'UnaryCall', expect: { code: 13, replies: [] } };
const OUTPUT: CallStep = {
  method: 'StreamingOutputCall',
  request: sized(0),
  expect: { code: 13, replies: [] },
};

function hexOf(length: number): string {
  return length.toString(16).padStart(8, '0');
}

/** Replies that cannot be taken, and limits that the ends have told each other, at the client. */
export const SERVER_MESSAGES: readonly CaseData[] = [
  ...BAD.map(({ rule, description, bytes, message }): CaseData => ({
    name: `reply_${rule.toLowerCase()}`,
    section: '§8.6',
    description: `In END, ${description}: INTERNAL, and the connection goes on.`,
    steps: [UNARY, EMPTY_STEP],
    connections: [
      [
        CALL,
        { send: `${hexOf(2 + bytes)} {call} 04 04 0000 {method} 0000 ${message}` },
        ...ANSWERED,
      ],
    ],
  })),
  ...BAD.map(({ rule, description, bytes, message }): CaseData => ({
    name: `reply_in_data_${rule.toLowerCase()}`,
    section: '§8.6',
    description: `In DATA, ${description}: INTERNAL, and CANCEL(CANCELLED).`,
    steps: [OUTPUT, EMPTY_STEP],
    connections: [
      [
        CALL,
        { send: `${hexOf(bytes)} {call} 03 14 0000 {method} ${message}` },
        cancelled(1),
        { send: GONE },
        ...ANSWERED,
      ],
    ],
  })),
  {
    name: 'reply_at_the_limit',
    section: '§7.4',
    description: 'A reply of 4 194 304 bytes is taken.',
    steps: [{ ...UNARY, expect: { replies: [zeros(0)] } }],
    connections: [
      [
        CALL,
        { sendMessage: { zeros: 4_194_304, to: '{call} {method}' } },
        { send: '00000002 {call} 04 00 0000 {method} 0000' },
      ],
    ],
  },
  {
    name: 'reply_over_the_limit',
    section: '§7.4',
    description: 'A reply of one byte more is RESOURCE_EXHAUSTED, and the call is cancelled.',
    steps: [{ ...UNARY, expect: { code: 8 } }, EMPTY_STEP],
    connections: [
      [
        CALL,
        { sendMessage: { zeros: 4_194_305, to: '{call} {method}' } },
        cancelled(1),
        { send: GONE },
        ...ANSWERED,
      ],
    ],
  },
  {
    name: 'later_reply_over_the_limit',
    section: '§7.4',
    description: 'A later reply of one byte more too; the one before counts.',
    steps: [{ ...OUTPUT, expect: { code: 8, replies: [zeros(0)] } }, EMPTY_STEP],
    connections: [
      [
        CALL,
        { send: '00000000 {call} 03 14 0000 {method}' },
        { sendMessage: { zeros: 4_194_305, to: '{call} {method}' } },
        cancelled(1),
        { send: GONE },
        ...ANSWERED,
      ],
    ],
  },
  {
    name: 'request_at_the_limit_of_server',
    section: '§7.4',
    description: 'A request of exactly as many bytes as the server takes is sent.',
    opening: serverHello('000003e8', '00000400'),
    steps: [
      EMPTY_STEP,
      { method: 'UnaryCall', request: zeros(1_000 - 29), expect: { replies: [zeros(0)] } },
    ],
    connections: [
      [
        ...ANSWERED,
        { expect: { type: 'CALL', payloadBytes: 1_006 } },
        { send: '00000002 {call} 04 04 0000 {method} 0000' },
      ],
    ],
  },
  {
    name: 'request_over_the_limit_of_server',
    section: '§7.4',
    description: 'A request of one byte more is not sent: RESOURCE_EXHAUSTED, not processed.',
    opening: serverHello('000003e8', '00000400'),
    steps: [
      EMPTY_STEP,
      {
        method: 'UnaryCall',
        request: zeros(1_000 - 28),
        expect: { code: 8, mayHaveActed: false },
      },
      EMPTY_STEP,
    ],
    connections: [
      [
        ...ANSWERED,
        { expect: { type: 'CALL', payload: '00000000 0000' } },
        { send: '00000002 {call} 04 04 0000 {method} 0000' },
      ],
    ],
  },
];
