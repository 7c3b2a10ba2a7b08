import type { CallStep, MethodName, PairData, ReplyExpectation, RequestData } from '../model';

// Pieces of which cases with calls are made.

/** A request for one reply of each size. */
export function sized(...sizes: number[]): RequestData {
  return { responseParameters: sizes.map((size) => ({ size })) };
}

/** A request, or a reply, with so many bytes of 0. */
export function zeros(count: number): { readonly payload: { readonly zeros: number } } {
  return { payload: { zeros: count } };
}

/** That the connection, or another one, still serves. */
export const STILL_SERVES: CallStep = { method: 'EmptyCall', expect: {} };

/** A kind of call, by the method that has it. */
export interface Kind {
  /** As Connect's cases name it. */
  readonly name: string;
  readonly method: MethodName;
  readonly hasManyReplies: boolean;
}

export const KINDS: readonly Kind[] = [
  { name: 'unary', method: 'UnaryCall', hasManyReplies: false },
  { name: 'server_stream', method: 'StreamingOutputCall', hasManyReplies: true },
  { name: 'client_stream', method: 'StreamingInputCall', hasManyReplies: false },
  { name: 'half_duplex', method: 'HalfDuplexCall', hasManyReplies: true },
  { name: 'full_duplex', method: 'FullDuplexCall', hasManyReplies: true },
];

/** A call of a kind with one request, whose requests have then ended. */
export function callOf(
  { method }: Kind,
  request: RequestData,
  rest: Omit<CallStep, 'method'>,
): CallStep {
  switch (method) {
    case 'UnaryCall':
    case 'StreamingOutputCall':
      return { method, request, ...rest };
    case 'StreamingInputCall':
      return { method, actions: [{ send: request }], ...rest };
    default:
      return { method, actions: [{ send: request }, { endRequests: true }], ...rest };
  }
}

/** What a call of the kind replies to a request that asks for one reply, or for many, by sized(). */
export function repliesOf(kind: Kind, ...sizes: number[]): readonly ReplyExpectation[] {
  return kind.hasManyReplies ? sizes.map(zeros) : [zeros(0)];
}

/** Several values for a key, a binary one, and an empty one. */
export const PAIRS: readonly PairData[] = [
  ['x-first', '6f 6e 65'],
  ['x-second-bin', '00 01 fe ff'],
  ['x-first', '74 77 6f'],
  ['x-empty', ''],
  ['x-first', '74 68 72 65 65'],
];
