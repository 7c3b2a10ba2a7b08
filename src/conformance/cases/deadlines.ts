import type { CaseData, RequestData } from '../model';
import { callOf, KINDS, repliesOf, sized, STILL_SERVES, zeros } from './calls';

/** Nothing is answered for a minute. */
const SILENT: RequestData = { delayMs: 60_000 };

/** Time limits: that they are told, and that they are kept. */
export const DEADLINES: readonly CaseData[] = [
  ...KINDS.map((kind): CaseData => ({
    name: `timeout_${kind.name}`,
    section: '§11',
    description: 'The time limit passes while the server is silent: DEADLINE_EXCEEDED.',
    steps: [
      STILL_SERVES,
      callOf(kind, SILENT, { timeoutMs: 30, expect: { code: 4, replies: [] } }),
      STILL_SERVES,
    ],
  })),
  ...KINDS.map((kind): CaseData => ({
    name: `deadline_propagation_${kind.name}`,
    section: '§11',
    description: "The server's handler knows how much time is left, at most what was given.",
    steps: [
      callOf(
        kind,
        { ...sized(0), describesCall: true },
        { timeoutMs: 30_000, expect: { replies: [{ call: { remainingMs: [1, 30_000] } }] } },
      ),
    ],
  })),
  ...KINDS.map((kind): CaseData => ({
    name: `no_deadline_${kind.name}`,
    section: '§5',
    description: 'A call without a time limit has none at the server.',
    steps: [
      callOf(
        kind,
        { ...sized(0), describesCall: true },
        { expect: { replies: [{ call: { remainingMs: 'none' } }] } },
      ),
    ],
  })),
  ...KINDS.map((kind): CaseData => ({
    name: `in_time_${kind.name}`,
    section: '§11',
    description: 'A call that ends within its time limit ends well.',
    steps: [
      callOf(kind, sized(1, 2), {
        timeoutMs: 20_000,
        expect: { replies: repliesOf(kind, 1, 2) },
      }),
    ],
  })),
  {
    name: 'timeout_after_replies',
    section: '§11',
    description: 'Replies that came before the time limit count.',
    steps: [
      {
        method: 'StreamingOutputCall',
        timeoutMs: 250,
        request: {
          responseParameters: [{ size: 1 }, { size: 2 }, { size: 3, intervalMs: 60_000 }],
        },
        expect: { code: 4, replies: [1, 2].map(zeros) },
      },
      STILL_SERVES,
    ],
  },
  {
    name: 'timeout_while_requests_are_awaited',
    section: '§11',
    description: 'The time limit passes while the server waits for a request that never comes.',
    steps: [
      {
        method: 'FullDuplexCall',
        timeoutMs: 30,
        actions: [{ send: {} }],
        expect: { code: 4, replies: [] },
      },
      STILL_SERVES,
    ],
  },
  {
    name: 'longest_timeout',
    section: '§14.3',
    description: 'A time limit of 2^31 - 1 ms is one.',
    steps: [
      {
        method: 'UnaryCall',
        timeoutMs: 2_147_483_647,
        request: { describesCall: true },
        expect: { replies: [{ call: { remainingMs: [2_000_000_000, 2_147_483_647] } }] },
      },
    ],
  },
  {
    name: 'simultaneous_timeouts',
    section: '§11',
    description: 'The time limits of 2 000 calls pass together; then there is room for another.',
    steps: [
      {
        method: 'UnaryCall',
        times: 2_000,
        atOnce: true,
        timeoutMs: 30,
        request: SILENT,
        expect: { code: 4 },
      },
      STILL_SERVES,
    ],
  },
];
