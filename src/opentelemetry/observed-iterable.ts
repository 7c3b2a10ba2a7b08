import { context, type Context } from '@opentelemetry/api';

interface AnyIterator {
  next(): unknown;
  return?(): unknown;
}

/**
 * What a handler or a call yields, unchanged; each step runs in `active`, so that a generator finds
 * its span, and `onEnd` is told once: how it ended, or that its reader has left early.
 */
export function observe(
  iterable: object,
  active: Context,
  onEnd: (thrown?: unknown) => void,
): AsyncIterableIterator<unknown, undefined> {
  let iterator: AnyIterator | undefined;
  let hasEnded = false;
  const end = (thrown?: unknown): void => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd(thrown);
  };
  const step = (run: () => unknown): Promise<IteratorResult<unknown, undefined>> =>
    context.with(active, async () => {
      try {
        const result = (await run()) as IteratorResult<unknown, undefined>;
        if (result.done === true) end();
        return result;
      } catch (thrown) {
        end(thrown);
        throw thrown;
      }
    });
  const begun = (): AnyIterator => (iterator ??= iteratorOf(iterable));
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => step(() => begun().next()),
    return: () =>
      step(async () => {
        await begun().return?.();
        return { done: true, value: undefined };
      }),
  };
}

function iteratorOf(iterable: object): AnyIterator {
  const it = iterable as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
  const iterator = it[Symbol.asyncIterator]?.() ?? it[Symbol.iterator]?.();
  if (iterator === undefined) throw new TypeError('the handler has returned nothing to iterate');
  return iterator as AnyIterator;
}
