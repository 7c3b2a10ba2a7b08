import type { CallStep, CaseData, Expectation, RequestData } from '../model';

/** A KeyedCall whose reply says that so many more were counted since the first step. */
function keyed(key: string, more?: number, rest: Partial<CallStep> = {}): CallStep {
  const expect: Expectation =
    more === undefined ? {} : { replies: [{ runsSince: [1, more] }], ...rest.expect };
  return { method: 'KeyedCall', key, ...rest, expect: { ...expect, ...rest.expect } };
}

function request(data: RequestData): Partial<CallStep> {
  return { request: data };
}

function fails(code: number, data: RequestData): Partial<CallStep> {
  return { request: data, expect: { code, replies: [] } };
}

const LONG = { payload: { counting: 300_000 } } as const;
const NOT_FOUND = { responseStatus: { code: 5, message: 'gone' } };
const REFUSED = { refusal: { what: 'no', limit: 7 } };

interface KeyedCase {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly CallStep[];
  readonly needs?: 'credentials' | 'typed-errors' | 'deflate';
  readonly compresses?: true;
}

const CASES: readonly KeyedCase[] = [
  {
    name: 'keyed_same_key',
    description:
      'A call that is made again with its key has the same answer, and is not run again.',
    steps: [keyed('a'), keyed('a', 0), keyed('a', 0), keyed('b', 1)],
  },
  {
    name: 'keyed_new_key',
    description: 'The same request with another key is another call.',
    steps: [keyed('a'), keyed('b', 1), keyed('c', 2), keyed('b', 1)],
  },
  {
    name: 'keyed_key_by_the_client',
    description: 'The client makes a key for each call for which the application gives none.',
    steps: [
      { method: 'KeyedCall', expect: {} },
      { method: 'KeyedCall', expect: { replies: [{ runsSince: [1, 1] }] } },
    ],
  },
  {
    name: 'keyed_other_arguments',
    description: 'A key that was used with other arguments: INVALID_ARGUMENT, and nothing is done.',
    steps: [
      keyed('a', undefined, request({ payload: '01' })),
      keyed('a', undefined, fails(3, { payload: '02' })),
      keyed('a', 0, request({ payload: '01' })),
      keyed('b', 1),
    ],
  },
  {
    name: 'keyed_large_request',
    description: 'The hash is over the whole message, however it was cut.',
    steps: [
      keyed('a', undefined, request(LONG)),
      keyed('a', 0, request(LONG)),
      keyed('a', undefined, fails(3, { payload: { counting: 299_999 } })),
    ],
  },
  {
    name: 'keyed_compressed_request',
    description:
      'The hash is over the message as it is uncompressed: the first call was not compressed.',
    needs: 'deflate',
    compresses: true,
    steps: [
      keyed('a', undefined, { ...request(LONG), onNewConnection: true }),
      keyed('b', 1),
      keyed('a', 0, request(LONG)),
    ],
  },
  {
    name: 'keyed_other_connection',
    description: 'The key is the caller’s, not the connection’s.',
    steps: [
      keyed('a', undefined, { onNewConnection: true }),
      keyed('a', 0, { onNewConnection: true }),
      keyed('a', 0),
    ],
  },
  {
    name: 'keyed_other_caller',
    description: 'Another caller with the same key has made another call.',
    needs: 'credentials',
    steps: [
      keyed('a'),
      keyed('a', 1, { credentials: 'fio-conformance-token' }),
      keyed('a', 0),
      keyed('a', 1, { credentials: 'fio-conformance-token' }),
    ],
  },
  {
    name: 'keyed_at_once',
    description: 'Of twenty calls with one key, made at once, one is run, and all have its answer.',
    steps: [keyed('x'), keyed('a', 1, { ...request({ delayMs: 100 }), times: 20, atOnce: true })],
  },
  {
    name: 'keyed_unknown_outcome',
    description: 'After a time limit the caller does not know the outcome, and asks by the key.',
    steps: [
      keyed('x'),
      keyed('a', undefined, {
        ...request({ delayMs: 300 }),
        timeoutMs: 60,
        expect: { code: 4, mayHaveActed: true, replies: [] },
      }),
      keyed('a', 1, request({ delayMs: 300 })),
      keyed('b', 2),
    ],
  },
  {
    name: 'keyed_cancelled',
    description: 'The outcome of a handler that succeeds counts, although its call was cancelled.',
    steps: [
      keyed('x'),
      keyed('a', undefined, {
        ...request({ delayMs: 200 }),
        actions: [{ cancel: true }],
        expect: { code: 1, replies: [] },
      }),
      keyed('a', 1, request({ delayMs: 200 })),
      keyed('b', 2),
    ],
  },
  {
    name: 'keyed_error_is_not_remembered',
    description: 'An error that is not of the IDL is no outcome: the call is run again.',
    steps: [
      keyed('x'),
      keyed('a', undefined, fails(5, NOT_FOUND)),
      keyed('a', undefined, fails(5, NOT_FOUND)),
      keyed('b', 3),
    ],
  },
  {
    name: 'keyed_waits_and_runs',
    description: 'A call that waits for another with its key is run when that leaves no outcome.',
    steps: [
      keyed('x'),
      keyed('a', undefined, {
        ...fails(5, { ...NOT_FOUND, delayMs: 50 }),
        times: 3,
        atOnce: true,
      }),
      keyed('b', 4),
    ],
  },
  {
    name: 'keyed_typed_error_is_remembered',
    description: 'An error of the IDL is an outcome like a reply.',
    needs: 'typed-errors',
    steps: [
      keyed('x'),
      ...[1, 2].map(() =>
        keyed('a', undefined, {
          request: REFUSED,
          expect: { code: 9, text: 'no', refusal: REFUSED.refusal, replies: [] },
        }),
      ),
      keyed('b', 2),
    ],
  },
];

/** Exactly once, by the client's calls: §12. */
export const KEYED: readonly CaseData[] = CASES.map(
  ({ name, description, steps, needs, compresses }): CaseData => ({
    name,
    section: '§12',
    description,
    needs: needs === undefined ? 'keyed' : ['keyed', needs],
    ...(compresses === true && { client: { compresses } }),
    steps,
  }),
);
