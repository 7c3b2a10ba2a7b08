import type { Action, CallStep, CaseData, RequestData } from '../model';
import { KINDS, sized, STILL_SERVES, zeros } from './calls';

/** So many replies at once; the next would take a minute. */
function slow(replies: number): RequestData {
  const atOnce = [1, 2, 3].slice(0, replies).map((size) => ({ size }));
  return { responseParameters: [...atOnce, { size: 4, intervalMs: 60_000 }] };
}

/** Nothing is answered for a minute. */
const SILENT: RequestData = { delayMs: 60_000 };

interface Cancelled {
  readonly name: string;
  readonly description: string;
  readonly step: Omit<CallStep, 'expect'>;
  /** Replies that have come before. */
  readonly replies: number;
}

const RECEIVED = [
  { count: 0, name: 'zero_responses', words: 'before any reply' },
  { count: 1, name: 'first_response', words: 'after the first reply' },
  { count: 3, name: 'responses', words: 'after three replies' },
];
const ENDED = [
  {
    name: 'before_close_send',
    words: 'The client gives up while its half is open',
    isEnded: false,
  },
  { name: 'after_close_send', words: 'The client gives up when its half is closed', isEnded: true },
];

/** Duplex calls: each kind, each half of the time, after each number of replies. */
const DUPLEX: readonly Cancelled[] = KINDS.filter(({ name }) => name.endsWith('duplex')).flatMap(
  (kind) =>
    ENDED.flatMap(({ name, words, isEnded }) =>
      RECEIVED.filter(({ count }) => count === 0 || isEnded || kind.name === 'full_duplex').map(
        (received): Cancelled => ({
          name: `cancel_${kind.name}_${name}_after_${received.name}`,
          description: `${words}, ${received.words}: CANCELLED.`,
          replies: received.count,
          step: {
            method: kind.method,
            actions: [
              { send: slow(received.count) },
              ...(isEnded ? [{ endRequests: true } as const] : []),
              ...receive(received.count),
              { cancel: true },
            ],
          },
        }),
      ),
    ),
);

const OTHERS: readonly Cancelled[] = [
  {
    name: 'cancel_unary',
    description: 'The client gives up while the handler runs: CANCELLED.',
    replies: 0,
    step: { method: 'UnaryCall', request: SILENT, actions: [{ cancel: true }] },
  },
  {
    name: 'cancel_client_stream_before_close_send',
    description: 'The client gives up between two requests: CANCELLED.',
    replies: 0,
    step: {
      method: 'StreamingInputCall',
      actions: [{ send: zeros(70_000) }, { cancel: true }],
    },
  },
  ...RECEIVED.map(({ count, name, words }): Cancelled => ({
    name: `cancel_server_stream_after_${name}`,
    description: `The client gives up ${words}: CANCELLED.`,
    replies: count,
    step: {
      method: 'StreamingOutputCall',
      request: slow(count),
      actions: [...receive(count), { cancel: true }],
    },
  })),
  {
    name: 'cancel_full_duplex_without_requests',
    description: 'The client gives up before it has sent or got anything: CANCELLED.',
    replies: 0,
    step: { method: 'FullDuplexCall', actions: [{ cancel: true }] },
  },
];

/** A client that gives up. The server sends END all the same, or the connection could not end. */
export const CANCELLATION: readonly CaseData[] = [
  ...[...OTHERS, ...DUPLEX].map(({ name, description, step, replies }): CaseData => ({
    name,
    section: '§11',
    description,
    steps: [
      STILL_SERVES,
      { ...step, expect: { code: 1, replies: [1, 2, 3].slice(0, replies).map(zeros) } },
      STILL_SERVES,
    ],
  })),
  {
    name: 'cancel_frees_the_slots',
    section: '§8.5',
    description: 'After 2 000 calls that were cancelled there is room for another.',
    steps: [
      STILL_SERVES,
      {
        method: 'UnaryCall',
        times: 2_000,
        atOnce: true,
        request: SILENT,
        actions: [{ cancel: true }],
        expect: { code: 1 },
      },
      STILL_SERVES,
    ],
  },
  {
    name: 'cancel_one_of_many',
    section: '§11',
    description: 'Cancelling a call leaves the others alone.',
    steps: [
      {
        method: 'FullDuplexCall',
        times: 10,
        atOnce: true,
        actions: [{ send: sized(7) }, { receive: 1 }, { cancel: true }],
        expect: { code: 1, replies: [zeros(7)] },
      },
      {
        method: 'FullDuplexCall',
        actions: [{ send: sized(7) }, { receive: 1 }, { endRequests: true }],
        expect: { replies: [zeros(7)] },
      },
    ],
  },
];

function receive(count: number): readonly Action[] {
  return count === 0 ? [] : [{ receive: count }];
}
