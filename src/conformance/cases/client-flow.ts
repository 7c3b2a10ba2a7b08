import type { CaseData } from '../model';
import { zeros } from './calls';
import { ANSWER, ANSWERED, CALL, EMPTY_STEP, serverHello } from './raw-server';

/** A client may have sent so much without CREDIT, and must have sent so much. */
const FIRST_WINDOW = [262_144 - 65_552, 262_144] as const;
/** GOAWAY(UNAUTHENTICATED) with the text 'none': last stream 0. */
const GOAWAY_16 = '00000011 00000000 08 00 0010 0000 0000  00000000 00000000 0007 05 0004 6e6f6e65';

/** Credit, GOAWAY, and what a client does not know or need, at the client. */
export const CLIENT_FLOW: readonly CaseData[] = [
  {
    name: 'pushback_of_server',
    section: '§10',
    description:
      'A server that gives no credit gets 262 144 bytes and no more, until it gives some.',
    steps: [
      {
        method: 'StreamingInputCall',
        actions: Array.from({ length: 10 }, () => ({ send: zeros(100_000) })),
        expect: { replies: [zeros(0)] },
      },
    ],
    connections: [
      [
        CALL,
        { expectDataCost: FIRST_WINDOW },
        { ping: true },
        { expectDataCost: FIRST_WINDOW },
        { send: '00000004 {call} 06 00 0000 {method} 000f4240' },
        { expectDataCost: [1_000_000, 1_262_144] },
        { send: ANSWER },
      ],
    ],
  },
  {
    name: 'stalled_request_stops_no_other',
    section: '§10',
    description: 'While a long request waits for credit another call is made and answered.',
    steps: [
      {
        method: 'UnaryCall',
        times: 2,
        atOnce: true,
        request: zeros(300_000),
        expect: { replies: [zeros(0)] },
      },
    ],
    connections: [
      [
        { expect: { type: 'CALL', as: 'first' } },
        { expect: { type: 'CALL', as: 'second' } },
        { expectDataCost: FIRST_WINDOW },
        { send: ANSWER },
        { send: '00000004 {first} 06 00 0000 {method} 000f4240' },
        { send: ANSWER.replace('{call}', '{first}') },
      ],
    ],
  },
  {
    name: 'long_reply_earns_credit',
    section: '§10',
    description: 'The fragments of a reply that is waited for earn credit as they come.',
    steps: [{ method: 'UnaryCall', expect: { replies: [zeros(0)] } }],
    connections: [
      [
        CALL,
        { send: '00010000 {call} 03 16 0000 {method}', zeros: 65_536 },
        { send: '00010000 {call} 03 12 0000 {method}', zeros: 65_536 },
        { expect: { type: 'CREDIT', payload: '00020020' } },
        { send: '00000001 {call} 03 10 0000 {method} 00' },
        { send: '00000002 {call} 04 00 0000 {method} 0000' },
      ],
    ],
  },
  {
    name: 'long_request_in_data',
    section: '§8.1',
    description: 'A request that does not fit into CALL goes as DATA, the last with LAST.',
    steps: [{ method: 'UnaryCall', request: zeros(100_000), expect: {} }],
    connections: [
      [
        { expect: { type: 'CALL', flags: '' } },
        { expect: { type: 'DATA', flags: 'MORE|MSG' } },
        { expect: { type: 'DATA', flags: 'LAST' } },
        { send: ANSWER },
      ],
    ],
  },
  {
    name: 'short_request_in_call',
    section: '§7.3',
    description: 'A request that fits goes whole in CALL, with LAST.',
    steps: [EMPTY_STEP, { method: 'UnaryCall', request: zeros(100), expect: {} }],
    connections: [
      [
        { expect: { type: 'CALL', flags: 'LAST|MSG', payload: '00000000 0000' } },
        { send: ANSWER },
        { expect: { type: 'CALL', flags: 'LAST|MSG' } },
        { send: ANSWER },
      ],
    ],
  },
  {
    name: 'metadata_in_call',
    section: '§5.10',
    description: 'Metadata of a call goes in its CALL, in order.',
    steps: [
      {
        method: 'EmptyCall',
        metadata: [
          ['a', '01'],
          ['b', ''],
          ['a', '02'],
        ],
        expect: {},
      },
    ],
    connections: [
      [
        {
          expect: {
            type: 'CALL',
            metadata: [
              ['a', '01'],
              ['b', ''],
              ['a', '02'],
            ],
          },
        },
        { send: ANSWER },
      ],
    ],
  },
  {
    name: 'goaway_unauthenticated',
    section: '§14.1',
    description: 'GOAWAY(UNAUTHENTICATED) above its last stream is the status of the call.',
    steps: [{ method: 'UnaryCall', expect: { code: 16, text: 'none', mayHaveActed: false } }],
    connections: [[CALL, { send: GOAWAY_16 }, { expectEnded: true }]],
  },
  {
    name: 'goaway_up_to_last_stream',
    section: '§14.1',
    description: 'A call up to the last stream of such a GOAWAY is UNAVAILABLE, perhaps processed.',
    steps: [{ method: 'UnaryCall', expect: { code: 14, mayHaveActed: true } }],
    connections: [
      [CALL, { send: GOAWAY_16.replace('  00000000', '  {call}') }, { expectEnded: true }],
    ],
  },
  {
    name: 'version_range_of_server',
    section: '§3',
    description: 'With a server of versions 1 to 9 version 1 is spoken.',
    opening: serverHello('00400000', '00000400').replace('0001 0001', '0001 0009'),
    steps: [EMPTY_STEP],
    connections: [ANSWERED],
  },
  {
    name: 'hello_of_client',
    section: '§3',
    description: "The client's first frame is HELLO, without flags.",
    steps: [EMPTY_STEP],
    connections: [[{ expect: { type: 'HELLO', flags: '', code: 0 } }, ...ANSWERED]],
  },
  {
    name: 'type_ignorable_from_server',
    section: '§4',
    description: 'A frame of type FF is skipped by its length, whatever else is in it.',
    steps: [EMPTY_STEP],
    connections: [[CALL, { send: `00000003 ffffffff ff ff ffff ffff ffff 616263 ${ANSWER}` }]],
  },
  {
    name: 'flags_ignored_from_server',
    section: '§6',
    description: 'The flags 40 and 80 are ignored.',
    steps: [EMPTY_STEP],
    connections: [[CALL, { send: ANSWER.replace('04 04', '04 c4') }]],
  },
  {
    name: 'options_unknown_from_server',
    section: '§5.10',
    description: 'An option with a tag that is not known is skipped.',
    steps: [EMPTY_STEP],
    connections: [[CALL, { send: '00000007 {call} 04 04 0000 {method} 0005 c8 0002 4142' }]],
  },
  {
    name: 'ping_reply_unasked_from_server',
    section: '§5',
    description: 'An answer to a PING that was never sent is ignored.',
    steps: [EMPTY_STEP],
    connections: [
      [
        CALL,
        { send: '00000008 00000000 07 10 0000 0000 0000 0123456789abcdef', times: 9 },
        { send: ANSWER },
      ],
    ],
  },
  {
    name: 'credit_after_last',
    section: '§8.2',
    description: 'CREDIT for a call whose requests have ended is of no use, and no harm.',
    steps: [EMPTY_STEP, EMPTY_STEP],
    connections: [
      [
        CALL,
        { send: '00000004 {call} 06 00 0000 {method} 7ffbffff' },
        { send: ANSWER },
        ...ANSWERED,
      ],
    ],
  },
];
