import {
  RpcError,
  StatusCode,
  type CallOptions,
  type DynamicMessage,
} from '../../../src/rpc/index';
import type { LearnedMethod } from './learned-method';

/** Where the requests of a call come from: one, or as many as there are. */
export type Requests =
  { readonly one: DynamicMessage } | { readonly many: AsyncIterator<DynamicMessage, undefined> };

export function takesMany({ method: { kind } }: LearnedMethod): boolean {
  return kind === 'client-streaming' || kind === 'bidirectional';
}

export function givesMany({ method: { kind } }: LearnedMethod): boolean {
  return kind === 'server-streaming' || kind === 'bidirectional';
}

/**
 * Makes a call of any kind, to its end. Replies are taken no faster than `onReply` is done with
 * them; when the server ends the call, no more requests are read.
 * @throws RpcError; what `onReply` or reading the requests throws, and then the call is given up
 */
export async function perform(
  learned: LearnedMethod,
  requests: Requests,
  options: CallOptions,
  onReply: (reply: DynamicMessage) => Promise<void> | undefined,
): Promise<void> {
  const { call, method } = learned;
  if ('many' in requests) {
    await converse(learned, requests.many, options, onReply);
    return;
  }
  if (method.kind === 'unary') {
    await onReply(await call(requests.one, options));
    return;
  }
  for await (const reply of call(requests.one, options)) await onReply(reply);
}

/** Reads replies all the while, also where there is one: so the end of the call is seen at once. */
async function converse(
  { call, method, name }: LearnedMethod,
  requests: AsyncIterator<DynamicMessage, undefined>,
  options: CallOptions,
  onReply: (reply: DynamicMessage) => Promise<void> | undefined,
): Promise<void> {
  const ended = new AbortController();
  const stream = call(options);
  let failure: { readonly error: unknown } | undefined;
  const sending = sendAll(stream, requests, ended.signal)
    .then(() => {
      stream.end();
    })
    .catch((error: unknown) => {
      failure = { error };
      stream.cancel();
    });
  let only: DynamicMessage | undefined;
  try {
    for await (const reply of stream) {
      // A single reply counts only when the call has ended well.
      if (method.kind === 'client-streaming') only = reply;
      else await onReply(reply);
    }
  } catch (error) {
    // The call has ended because its requests could not be read: that is what is wrong.
    throw failure === undefined ? error : failure.error;
  } finally {
    ended.abort();
    await sending;
  }
  if (method.kind !== 'client-streaming') return;
  if (only === undefined) {
    throw new RpcError(StatusCode.UNIMPLEMENTED, `${name} has exactly one reply, got none`);
  }
  await onReply(only);
}

/** Sends requests until there are no more, or the call has ended. */
async function sendAll(
  stream: { send(request: DynamicMessage): Promise<boolean> },
  requests: AsyncIterator<DynamicMessage, undefined>,
  ended: AbortSignal,
): Promise<void> {
  const over = new Promise<undefined>((resolve) => {
    ended.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  for (;;) {
    const next = await Promise.race([requests.next(), over]);
    if (next === undefined || next.done === true || !(await stream.send(next.value))) return;
  }
}
