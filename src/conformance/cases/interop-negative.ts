import type { CaseData } from '../model';
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
  serverHello,
} from './raw-server';

const STREAM = { method: 'StreamingOutputCall', request: sized(0) } as const;
/** GOAWAY(0): no new calls here. */
const DRAIN = '0000000a 00000000 08 00 0000 0000 0000  7fffffff 00002710 0000';
/** The first fragment of a reply. */
const BEGUN_REPLY = '00000003 {call} 03 16 0000 {method}  000000';

/** A call that waits until there is a connection. */
const PATIENT = { ...EMPTY_STEP, waitForReady: true } as const;

/** gRPC's negative cases against a client, in the words of this protocol. */
export const INTEROP_NEGATIVE: readonly CaseData[] = [
  {
    name: 'goaway',
    section: '§14.1',
    description: 'After GOAWAY(0) the call in progress is answered, and the next goes elsewhere.',
    steps: [EMPTY_STEP, EMPTY_STEP],
    connections: [
      [CALL, { send: DRAIN }, { send: ANSWER }, { expectEnded: true }, { expectNo: 'CALL' }],
      ANSWERED,
    ],
  },
  {
    name: 'rst_after_header',
    section: '§8.1',
    description: 'An error right behind META: status, text and initial metadata are told.',
    steps: [
      {
        ...STREAM,
        expect: { code: 5, text: 'gone', initialMetadata: [META_PAIR], replies: [] },
      },
      EMPTY_STEP,
    ],
    connections: [[CALL, { send: META }, { send: GONE }, ...ANSWERED]],
  },
  {
    name: 'rst_during_data',
    section: '§8.2',
    description: 'An error in the middle of a reply: that reply never was.',
    steps: [{ ...STREAM, expect: { code: 5, text: 'gone', replies: [] } }, EMPTY_STEP],
    connections: [[CALL, { send: BEGUN_REPLY }, { send: GONE }, ...ANSWERED]],
  },
  {
    name: 'rst_after_data',
    section: '§8.1',
    description: 'An error behind a reply: the reply counts.',
    steps: [{ ...STREAM, expect: { code: 5, text: 'gone', replies: [zeros(0)] } }, EMPTY_STEP],
    connections: [[CALL, { send: REPLY }, { send: GONE }, ...ANSWERED]],
  },
  {
    name: 'ping',
    section: '§5',
    description: 'PING is answered with the same bytes, before, during and after a call.',
    steps: [EMPTY_STEP, { method: 'StreamingOutputCall', expect: { replies: [] } }, EMPTY_STEP],
    connections: [
      [CALL, { ping: true }, { send: ANSWER }, CALL, { ping: true }, { send: END }, ...ANSWERED],
    ],
  },
  {
    name: 'max_streams',
    section: '§8.5',
    description: 'At a server that takes one call at a time the next waits for END.',
    opening: serverHello('00400000', '00000001'),
    steps: [EMPTY_STEP, { ...EMPTY_STEP, times: 3, atOnce: true }],
    connections: [
      [
        ...ANSWERED,
        ...[1, 2, 3].flatMap(() => [
          CALL,
          { ping: true } as const,
          { expectNo: 'CALL' } as const,
          { send: ANSWER },
        ]),
      ],
    ],
  },
  {
    name: 'connection_lost_after_header',
    section: '§9.2',
    description: 'The connection is reset behind META: UNAVAILABLE, perhaps processed.',
    steps: [{ ...STREAM, expect: { code: 14, mayHaveActed: true, replies: [] } }],
    connections: [[CALL, { send: META }, { ping: true }, { close: 'reset' }]],
  },
  {
    name: 'connection_lost_during_data',
    section: '§9.2',
    description: 'It is reset in the middle of a reply: UNAVAILABLE, perhaps processed.',
    steps: [{ ...STREAM, expect: { code: 14, mayHaveActed: true, replies: [] } }],
    connections: [[CALL, { send: BEGUN_REPLY }, { ping: true }, { close: 'reset' }]],
  },
  {
    name: 'connection_ended_after_data',
    section: '§14.1',
    description: "The server's half ends behind a reply: the reply counts, UNAVAILABLE.",
    steps: [{ ...STREAM, expect: { code: 14, mayHaveActed: true, replies: [zeros(0)] } }],
    connections: [[CALL, { send: REPLY }, { close: 'end' }, { expectEnded: true }]],
  },
  {
    name: 'reconnect_backoff',
    section: '§14.4',
    description: 'Connections that are lost are made again after 80, 128 and 204 ms or more.',
    steps: [{ ...PATIENT, times: 3, expect: { code: 14 } }, PATIENT],
    connections: [
      [CALL, { close: 'reset' }],
      [{ sinceLastConnectionMs: { atLeast: 80 } }, CALL, { close: 'reset' }],
      [{ sinceLastConnectionMs: { atLeast: 128 } }, CALL, { close: 'reset' }],
      [{ sinceLastConnectionMs: { atLeast: 204 } }, ...ANSWERED],
    ],
  },
  {
    name: 'timeout_is_told',
    section: '§11',
    description: 'The CALL says how much time is left; when it has passed the client cancels.',
    steps: [
      EMPTY_STEP,
      { ...EMPTY_STEP, timeoutMs: 60, expect: { code: 4, mayHaveActed: true } },
      EMPTY_STEP,
    ],
    connections: [
      [
        ...ANSWERED,
        { expect: { type: 'CALL', timeoutMs: [1, 60], as: 'late' } },
        cancelled(4, { as: 'late' }),
        CALL,
        { send: ANSWER },
        { send: ANSWER.replace('{call}', '{late}') },
      ],
    ],
  },
];
