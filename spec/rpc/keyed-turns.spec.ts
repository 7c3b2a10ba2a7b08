import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { MemoryKeyed } from '../support/memory-keyed';

describe('keyed calls whose store runs them in the turn of another', () => {
  it('derive the keys of their own calls from their own key', async () => {
    const keys: string[] = [];
    const inner = new MemoryKeyed((request, context) => {
      const { idempotencyKey } = (context as unknown as { options: { idempotencyKey: Uint8Array } })
        .options;
      keys.push(`${request.text} ${Buffer.from(idempotencyKey).toString('hex', 0, 6)}`);
      return request;
    });
    const effects: (() => void)[] = [];
    const outer = new MemoryKeyed(
      (request) => inner.keyed.pay(request),
      {},
      {
        // The second call runs the effects of both.
        transact: (_, effect) =>
          new Promise((resolve) => {
            const run = async (): Promise<void> => {
              resolve({ outcome: (await effect(undefined)).bytes });
            };
            effects.push(() => void run());
            if (effects.length === 2) for (const one of effects) one();
          }),
      },
    );
    const now = outer.environment.wallClock();
    const times = [now - 7_000, now - 9_000];
    await Promise.all(times.map((timeMs, i) => outer.pay(`call ${i}`, outer.newKey(timeMs))));
    const hexOf = (timeMs: number): string => timeMs.toString(16).padStart(12, '0');
    expect(keys.sort()).to.deep.equal(times.map((timeMs, i) => `call ${i} ${hexOf(timeMs)}`));
    await outer.stop();
    await inner.stop();
  });
});
