import type { CaseData, CallStep, ScriptStep } from '../model';
import { sized, zeros } from './calls';
import {
  ANSWER,
  ANSWERED,
  CALL,
  cancelled,
  EMPTY_STEP,
  END,
  GONE,
  META,
  META_PAIR,
  REPLY,
} from './raw-server';

const UNARY: Omit<CallStep, 'expect'> = { method: 'UnaryCall' };
const INPUT: Omit<CallStep, 'expect'> = { method: 'StreamingInputCall', actions: [{ send: {} }] };
const OUTPUT: Omit<CallStep, 'expect'> = { method: 'StreamingOutputCall', request: sized(0) };
/** An empty request, or its end, of the client. */
const REQUEST: ScriptStep = { expect: { type: 'DATA' } };

/** One reply is wanted: how the two kinds that have one call differ before it. */
const ONE_REPLY = [
  { name: 'unary', step: UNARY, before: [CALL] },
  { name: 'client_stream', step: INPUT, before: [CALL, REQUEST] },
];

/** Servers that do what others do not, but may, or that fail a call: the connection goes on. */
export const SERVER_UNEXPECTED: readonly CaseData[] = [
  ...ONE_REPLY.flatMap(({ name, step, before }): CaseData[] => [
    {
      name: `no_reply_${name}`,
      section: '§8.4',
      description: 'END(0) without the one reply: UNIMPLEMENTED.',
      steps: [{ ...step, expect: { code: 12 } }, EMPTY_STEP],
      connections: [[...before, { send: END }, ...ANSWERED]],
    },
    {
      name: `several_replies_${name}`,
      section: '§8.4',
      description: 'A reply in DATA and another in END: UNIMPLEMENTED.',
      steps: [{ ...step, expect: { code: 12 } }, EMPTY_STEP],
      connections: [[...before, { send: REPLY }, { send: ANSWER }, ...ANSWERED]],
    },
    {
      name: `several_replies_in_data_${name}`,
      section: '§8.4',
      description: 'A second reply in DATA: UNIMPLEMENTED, and the call is cancelled.',
      steps: [{ ...step, expect: { code: 12 } }, EMPTY_STEP],
      connections: [
        [
          ...before,
          { send: REPLY, times: 2 },
          { expect: { type: 'CANCEL', behindData: true } },
          { send: GONE },
          ...ANSWERED,
        ],
      ],
    },
    {
      name: `reply_in_data_${name}`,
      section: '§8.1',
      description: 'The one reply may come in DATA although it would fit into END.',
      steps: [{ ...step, expect: { replies: [zeros(0)] } }],
      connections: [[...before, { send: REPLY }, { send: END }]],
    },
    {
      name: `reply_before_an_error_${name}`,
      section: '§8.4',
      description: 'Replies before an error do not count, however many.',
      steps: [{ ...step, expect: { code: 5, text: 'gone', replies: [] } }],
      connections: [[...before, { send: REPLY }, { send: GONE }]],
    },
  ]),
  {
    name: 'reply_in_end_of_stream',
    section: '§8.1',
    description: 'A server must not put a reply into the END of a stream; a client takes it.',
    steps: [{ ...OUTPUT, expect: { replies: [zeros(0), { payload: '00' }] } }],
    connections: [
      [CALL, { send: REPLY }, { send: '00000007 {call} 04 04 0000 {method} 0000 00000001 00' }],
    ],
  },
  {
    name: 'reply_in_fragments_of_one_byte',
    section: '§7.3',
    description: 'A reply may come in fragments of one byte.',
    steps: [{ ...UNARY, expect: { replies: [{ payload: '7f' }] } }],
    connections: [
      [
        CALL,
        { send: '00000001 {call} 03 16 0000 {method} 00' },
        { send: '00000001 {call} 03 12 0000 {method} 00', times: 2 },
        { send: '00000001 {call} 03 12 0000 {method} 01' },
        { send: '00000001 {call} 03 10 0000 {method} 7f' },
        { send: END },
      ],
    ],
  },
  {
    name: 'reply_cut_between_fields',
    section: '§7.2',
    description: 'A reply that ends before a field has the defaults of that and all later ones.',
    steps: [{ ...UNARY, expect: { replies: [{ payload: '7f', aggregatedPayloadSize: 0 }] } }],
    connections: [[CALL, { send: '00000007 {call} 04 04 0000 {method} 0000 00000001 7f' }]],
  },
  {
    name: 'reply_longer_than_known',
    section: '§7.2',
    description: 'What a reply has behind the fields that are known is skipped.',
    steps: [{ ...UNARY, expect: { replies: [{ aggregatedPayloadSize: 7 }] } }],
    connections: [
      [CALL, { send: '0000000f {call} 04 04 0000 {method} 0000 00000000 00000007 00 deadbeef' }],
    ],
  },
  {
    name: 'status_unknown',
    section: '§9.1',
    description: 'A code above 16 is read as UNKNOWN; its text is kept.',
    steps: [{ ...UNARY, expect: { code: 2, text: 'gone' } }, EMPTY_STEP],
    connections: [[CALL, { send: GONE.replace('0005', '0063') }, ...ANSWERED]],
  },
  {
    name: 'typed_error_unknown',
    section: '§9.3',
    description: 'Of a typed error that is not known status and text are kept.',
    steps: [{ ...UNARY, expect: { code: 5, text: 'gone' } }, EMPTY_STEP],
    connections: [
      [
        CALL,
        {
          send: `00000012 {call} 04 04 0005 {method}
                 000c 05 0004 676f6e65 07 0002 0063 deadbeef`,
        },
        ...ANSWERED,
      ],
    ],
  },
  {
    name: 'error_not_processed',
    section: '§9.2',
    description: 'NOT_PROCESSED: the handler has not seen the call.',
    steps: [{ ...UNARY, expect: { code: 7, mayHaveActed: false } }, EMPTY_STEP],
    connections: [[CALL, { send: '00000002 {call} 04 20 0007 {method} 0000' }, ...ANSWERED]],
  },
  {
    name: 'error_before_requests_have_ended',
    section: '§8.2',
    description: 'END comes while the client sends: it sends no more on the stream.',
    steps: [
      {
        method: 'FullDuplexCall',
        actions: [{ send: {} }, { receive: 1 }, { send: {} }, { endRequests: true }],
        expect: { code: 5, text: 'gone', replies: [] },
      },
      EMPTY_STEP,
    ],
    connections: [
      [
        { expect: { type: 'CALL', as: 'first' } },
        REQUEST,
        { send: GONE },
        ...ANSWERED,
        { expectNo: 'DATA' },
      ],
    ],
  },
  {
    name: 'end_in_the_middle_of_a_request',
    section: '§8.2',
    description: 'END comes in the middle of a long request: the rest is not sent.',
    steps: [
      {
        method: 'StreamingInputCall',
        actions: [{ send: zeros(1_000_000) }],
        expect: { code: 5, text: 'gone' },
      },
      EMPTY_STEP,
    ],
    connections: [
      [
        { expect: { type: 'CALL', as: 'first' } },
        { expectDataCost: [262_144 - 65_552, 262_144] },
        { send: GONE },
        ...ANSWERED,
      ],
    ],
  },
  {
    name: 'cancel_is_sent_once',
    section: '§11',
    description: 'Who gives up sends CANCEL(CANCELLED) and no more DATA; what comes is dropped.',
    steps: [
      EMPTY_STEP,
      {
        method: 'FullDuplexCall',
        actions: [{ send: {} }, { receive: 1 }, { cancel: true }],
        expect: { code: 1, replies: [zeros(0)] },
      },
      EMPTY_STEP,
    ],
    connections: [
      [
        ...ANSWERED,
        { expect: { type: 'CALL', as: 'first' } },
        REQUEST,
        { send: REPLY },
        cancelled(1),
        { send: REPLY },
        { ping: true },
        { expectNo: 'DATA' },
        { expectNo: 'CANCEL' },
        { send: REPLY },
        { send: GONE },
        ...ANSWERED,
      ],
    ],
  },
  {
    name: 'metadata_before_reply',
    section: '§8.1',
    description: 'META is told before the replies, and its keys and values as they came.',
    steps: [{ ...UNARY, expect: { initialMetadata: [META_PAIR], trailers: [META_PAIR] } }],
    connections: [
      [CALL, { send: META }, { send: '00000008 {call} 04 04 0000 {method} 0006 01 0003 01 61 31' }],
    ],
  },
];
