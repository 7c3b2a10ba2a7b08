/** How batches() asks for all that is there: a symbol, so that no other iterable has it by chance. */
export const NEXT_BATCH = Symbol('fio.nextBatch');

/** What can hand out several messages at a time: a call that streams, a handler's requests. */
export interface BatchSource<T> {
  /** All messages that are there, at least one, once there is one; undefined at the end. */
  [NEXT_BATCH](): Promise<T[] | undefined>;
  /** No more are wanted. */
  return(): Promise<unknown>;
}

/**
 * The messages of a stream in arrays of all that have come, at least one each, in order:
 *
 *     for await (const items of batches(load.download({ items: 1_000_000 }))) …
 *     upload: async (requests) => { for await (const items of batches(requests)) … }
 *
 * Who takes a message at a time waits for a promise at each; this waits once for each array, which is
 * nearly half of what a small message costs its reader (docs/FIGURES.md). What a batch may hold is
 * bounded by the stream's credit, which is given back when the batch is handed out, not when the
 * program has done with it: of one stream there may be two windows of messages in memory, not one.
 *
 * Takes any async iterable: what an interceptor has put around a call comes one by one.
 */
export async function* batches<T>(messages: AsyncIterable<T>): AsyncGenerator<T[], void, void> {
  if (!isBatchSource(messages)) {
    for await (const message of messages) yield [message];
    return;
  }
  try {
    for (;;) {
      const batch = await messages[NEXT_BATCH]();
      if (batch === undefined) return;
      yield batch;
    }
  } finally {
    await messages.return();
  }
}

function isBatchSource<T>(
  messages: AsyncIterable<T>,
): messages is AsyncIterable<T> & BatchSource<T> {
  return NEXT_BATCH in messages;
}
