import { expect } from 'chai';
import fc from 'fast-check';
import { Inbox } from '../../src/rpc/inbox';
import { memoryInUse } from '../support/memory-use';
import { errorOf } from '../support/outcome';

describe('Inbox', () => {
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

  async function rest(): Promise<string[]> {
    const all: string[] = [];
    for await (const message of inbox) all.push(message);
    return all;
  }

  it('hands out messages in order', async () => {
    inbox.push('a', 1);
    inbox.push('b', 2);
    inbox.close();
    expect(await rest()).to.deep.equal(['a', 'b']);
  });

  it('tells the cost of a message when it is taken, not when it comes', async () => {
    inbox.push('a', 17);
    const before = [...told];
    await inbox.next();
    expect([before, told]).to.deep.equal([[], ['taken 17']]);
  });

  it('hands a message to who waits, and tells both', async () => {
    const next = inbox.next();
    inbox.push('a', 17);
    expect([await next, told]).to.deep.equal([
      { done: false, value: 'a' },
      ['waiting', 'taken 17'],
    ]);
  });

  it('serves several who wait in order', async () => {
    const both = [inbox.next(), inbox.next()];
    inbox.push('a', 1);
    inbox.push('b', 1);
    expect((await Promise.all(both)).map(({ value }) => value)).to.deep.equal(['a', 'b']);
  });

  it('knows whether somebody waits', () => {
    const before = inbox.isWaiting;
    void inbox.next();
    expect([before, inbox.isWaiting]).to.deep.equal([false, true]);
  });

  it('ends who waits when it is closed', async () => {
    const next = inbox.next();
    inbox.close();
    expect(await next).to.deep.equal({ done: true, value: undefined });
  });

  it('ends with its error behind the messages, once', async () => {
    inbox.push('a', 1);
    inbox.close(new Error('lost'));
    const first = await inbox.next();
    const error = await errorOf(inbox.next());
    expect([first.value, error?.message, (await inbox.next()).done]).to.deep.equal([
      'a',
      'lost',
      true,
    ]);
  });

  it('keeps its first end', async () => {
    inbox.close();
    inbox.close(new Error('late'));
    expect(await inbox.next()).to.deep.equal({ done: true, value: undefined });
  });

  it('takes nothing once it is closed', async () => {
    inbox.close();
    inbox.push('a', 1);
    expect(await rest()).to.deep.equal([]);
  });

  it('tells when the reader wants no more', async () => {
    inbox.push('a', 1);
    inbox.push('b', 1);
    for await (const message of inbox) if (message === 'a') break;
    expect(told.at(-1)).to.equal('return');
  });

  it('does not tell it when it has ended well before', async () => {
    inbox.close();
    await inbox.return();
    expect(told).to.deep.equal([]);
  });

  it('has an end for who breaks off although it was ended by an error', async () => {
    inbox.close(new Error('lost'));
    await inbox.return();
    expect([await inbox.next(), told]).to.deep.equal([
      { done: true, value: undefined },
      ['return'],
    ]);
  });

  it('hands out messages and costs in order, however it is filled and read', async () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(120)), { maxLength: 30, size: 'max' });
    await fc.assert(
      fc.asyncProperty(steps, async (runs) => {
        const costs: number[] = [];
        const numbers = new Inbox<number>({
          onTaken: (costBytes) => costs.push(costBytes),
          onWaiting: () => undefined,
          onReturn: () => undefined,
        });
        let pushed = 0;
        const taken: number[] = [];
        for (const [isPush, count] of runs) {
          for (let step = 0; step < count; step++) {
            if (isPush) numbers.push(pushed, 1_000_000 + pushed++);
            else if (taken.length < pushed) taken.push((await numbers.next()).value as number);
          }
        }
        const expected = Array.from(taken, (_, index) => index);
        expect([taken, costs]).to.deep.equal([expected, expected.map((at) => 1_000_000 + at)]);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps nothing that was taken long ago, for a reader who is always a little behind', async () => {
    const objects = new Inbox<Uint8Array>({
      onTaken: () => undefined,
      onWaiting: () => undefined,
      onReturn: () => undefined,
    });
    const { bufferBytes } = await memoryInUse();
    objects.push(new Uint8Array(10_000), 1);
    for (let count = 0; count < 10_000; count++) {
      objects.push(new Uint8Array(10_000), 1);
      await objects.next();
    }
    expect((await memoryInUse()).bufferBytes - bufferBytes).to.be.below(5_000_000);
  });

  it('has no messages for who wants no more', async () => {
    inbox.push('a', 1);
    await inbox.return();
    expect(await inbox.next()).to.deep.equal({ done: true, value: undefined });
  });
});
