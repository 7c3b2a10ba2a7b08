import type { MessageCodec } from '../method';
import { RpcError, StatusCode } from '../status';
import type { Stream } from '../stream';

/**
 * Send what a handler yields, one message after the other: each waits for credit and socket, so
 * the handler runs as fast as the client reads and no faster. Ends the handler's iterator when
 * the call is over before it is.
 * @throws what the handler throws
 */
export async function sendReplies(
  stream: Stream,
  codec: MessageCodec<unknown>,
  replies: unknown,
): Promise<void> {
  // An interceptor may be an async function: then the iterable comes in a promise.
  const iterator = iteratorOf(isPromise(replies) ? await replies : replies);
  for (;;) {
    // A plain iterable gives its results at once: awaiting them would only cost time.
    const next = iterator.next();
    const result = isPromise(next) ? await next : next;
    if (result.done === true) return;
    let isSent: boolean;
    try {
      const sent = stream.send(codec, result.value);
      isSent = sent === true || (await sent);
    } catch (error) {
      await iterator.return?.();
      throw error instanceof RpcError
        ? error
        : new RpcError(StatusCode.INTERNAL, 'a reply cannot be encoded', { cause: error });
    }
    if (!isSent) {
      await iterator.return?.();
      return;
    }
  }
}

function iteratorOf(replies: unknown): AsyncIterator<unknown> | Iterator<unknown> {
  const iterable = replies as Partial<AsyncIterable<unknown> & Iterable<unknown>> | undefined;
  if (typeof iterable?.[Symbol.asyncIterator] === 'function') {
    return (iterable as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  }
  if (typeof iterable?.[Symbol.iterator] === 'function') {
    return (iterable as Iterable<unknown>)[Symbol.iterator]();
  }
  throw new TypeError('a handler that streams must return an iterable of replies');
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}
