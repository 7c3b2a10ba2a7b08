import { expect } from 'chai';
import fc from 'fast-check';
import { batches, RpcError, StatusCode } from '../../src/rpc/index';
import { Inbox } from '../../src/rpc/inbox';
import { settle } from '../support/fake-environment';
import { type FlowHandlers } from '../support/flow-service';
import { MemoryFlow } from '../support/memory-flow';
import { errorOf, failureOf } from '../support/outcome';
import { note, type Note } from '../support/probe-service';

async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const one of iterable) taken.push(one);
  return taken;
}

describe('batches()', () => {
  describe('of an inbox', () => {
    let told: string[];
    let inbox: Inbox<string>;
    beforeEach(() => {
      told = [];
      inbox = new Inbox<string>({
        onTaken: (costBytes) => told.push(`taken ${costBytes}`),
        onWaiting: () => told.push('waiting'),
        onReturn: () => told.push('return'),
      });
    });

    it('gives all that is there, and its cost back at once', async () => {
      inbox.push('a', 1);
      inbox.push('b', 2);
      expect((await batches(inbox).next()).value).to.deep.equal(['a', 'b']);
      expect(told).to.deep.equal(['taken 3']);
    });

    it('waits for the first, and takes what comes with it', async () => {
      const next = batches(inbox).next();
      await settle();
      expect(inbox.isWaiting).to.equal(true);
      inbox.push('a', 1);
      inbox.push('b', 2);
      expect((await next).value).to.deep.equal(['a', 'b']);
      expect([told, inbox.isWaiting]).to.deep.equal([['waiting', 'taken 3'], false]);
    });

    it('leaves out what was taken before', async () => {
      inbox.push('a', 1);
      inbox.push('b', 2);
      await inbox.next();
      expect((await batches(inbox).next()).value).to.deep.equal(['b']);
      expect(told).to.deep.equal(['taken 1', 'taken 2']);
    });

    it('gives what is there before the end', async () => {
      inbox.push('a', 1);
      inbox.close();
      expect(await all(batches(inbox))).to.deep.equal([['a']]);
    });

    it('gives what is there before an error, then the error, then the end', async () => {
      inbox.push('a', 1);
      inbox.close(new Error('lost'));
      const iterator = batches(inbox);
      expect((await iterator.next()).value).to.deep.equal(['a']);
      expect(await errorOf(iterator.next())).to.have.property('message', 'lost');
      expect(await iterator.next()).to.deep.equal({ done: true, value: undefined });
    });

    it('ends when nothing comes any more', async () => {
      const next = batches(inbox).next();
      await settle();
      inbox.close();
      expect(await next).to.deep.equal({ done: true, value: undefined });
    });

    it('wants no more once it is left', async () => {
      inbox.push('a', 1);
      for await (const batch of batches(inbox)) {
        expect(batch).to.deep.equal(['a']);
        break;
      }
      inbox.push('b', 1);
      expect([told, (await inbox.next()).done]).to.deep.equal([['taken 1', 'return'], true]);
    });

    it('gives two who wait each a batch', async () => {
      const [one, two] = [batches(inbox).next(), batches(inbox).next()];
      await settle();
      inbox.push('a', 1);
      await settle();
      inbox.push('b', 1);
      expect([(await one).value, (await two).value]).to.deep.equal([['a'], ['b']]);
    });

    it('gives the same messages, in order, as one by one', async () => {
      const step = fc.record({ pushed: fc.integer({ min: 0, max: 5 }), waits: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
          let took = 0;
          const events = { onTaken: (cost: number) => (took += cost) };
          const ignored = { onWaiting: () => undefined, onReturn: () => undefined };
          const target = new Inbox<number>({ ...events, ...ignored });
          const taking = all(batches(target));
          let count = 0;
          for (const { pushed, waits } of steps) {
            for (let i = 0; i < pushed; i++) target.push(count++, 10);
            if (waits) await settle();
          }
          target.close();
          const taken = await taking;
          expect(taken.flat()).to.deep.equal(Array.from({ length: count }, (_, i) => i));
          expect(taken.every((batch) => batch.length > 0)).to.equal(true);
          expect(took).to.equal(count * 10);
        }),
      );
    });
  });

  it('of any other iterable gives one by one, and ends it when it is left', async () => {
    let ended = 0;
    async function* letters(): AsyncGenerator<string> {
      try {
        yield* ['a', 'b', 'c'];
        await Promise.resolve();
      } finally {
        ended++;
      }
    }
    expect(await all(batches(letters()))).to.deep.equal([['a'], ['b'], ['c']]);
    for await (const batch of batches(letters())) if (batch[0] === 'b') break;
    expect(ended).to.equal(2);
  });

  describe('of a call', () => {
    let memory: MemoryFlow;
    afterEach(() => memory.stop());

    function start(handlers: Partial<FlowHandlers> = {}): void {
      memory = new MemoryFlow({ handlers });
    }

    it('has all replies in order, many at a time', async () => {
      start();
      const taken = await all(batches(memory.flow.count(note('1000'))));
      const texts = taken.flat().map(({ text }) => text);
      expect(texts).to.deep.equal(Array.from({ length: 1_000 }, (_, i) => String(i)));
      expect(taken.length).to.be.below(100);
    });

    it('ends with the error of the call', async () => {
      start({
        *count() {
          yield note('a');
          throw new RpcError(StatusCode.NOT_FOUND, 'no more');
        },
      });
      const iterator = batches(memory.flow.count(note('')));
      expect((await iterator.next()).value).to.deep.equal([note('a')]);
      expect((await failureOf(iterator.next())).code).to.equal(StatusCode.NOT_FOUND);
    });

    it('cancels the call when it is left', async () => {
      let ended = false;
      start({
        async *count() {
          try {
            for (;;) {
              await Promise.resolve();
              yield note('again');
            }
          } finally {
            ended = true;
          }
        },
      });
      for await (const batch of batches(memory.flow.count(note('')))) {
        expect(batch[0]).to.deep.equal(note('again'));
        break;
      }
      await settle();
      expect(ended).to.equal(true);
    });

    it('has the requests for a handler', async () => {
      const sizes: number[] = [];
      start({
        async collect(requests) {
          const joined: Note[] = [];
          for await (const batch of batches(requests)) {
            sizes.push(batch.length);
            joined.push(...batch);
          }
          return note(joined.map(({ text }) => text).join(''));
        },
      });
      const call = memory.flow.collect();
      for (let i = 0; i < 100; i++) await call.send(note('x'));
      expect((await call.finish()).text).to.equal('x'.repeat(100));
      expect(sizes.length).to.be.below(50);
    });
  });
});
