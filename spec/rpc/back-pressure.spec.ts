import { expect } from 'chai';
import { Inbox } from '../../src/rpc/inbox';
import { collectGarbage } from '../support/collect-garbage';
import { settle } from '../support/fake-environment';
import { blob, textsOf, type FlowHandlers } from '../support/flow-service';
import { MemoryFlow, type MemoryFlowOptions } from '../support/memory-flow';
import { watch } from '../support/outcome';
import { type Note, note } from '../support/probe-service';

/** Credit of a stream and direction at first. */
const WINDOW_BYTES = 262_144;
/** A network that hands on much at a time. */
const WIDE: MemoryFlowOptions = { pair: { capacityBytes: 16_777_216, records: false } };
/** Bytes of an encoded note with a blob of `size`. */
const blobMessage = (size: number): number => 4 + 4 + size + 4;

/** Yields blobs for ever; `made` counts them. */
function producer(size: number): { made: number; notes: () => AsyncGenerator<Note> } {
  const state = {
    made: 0,
    async *notes() {
      for (;;) {
        await Promise.resolve();
        state.made++;
        yield blob(size);
      }
    },
  };
  return state;
}

describe('a fast producer and a slow consumer', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  function start(handlers: Partial<FlowHandlers>, options: MemoryFlowOptions = {}): void {
    memory = new MemoryFlow({ handlers, ...options });
  }

  /** DATA payload that has come to one end, with 16 bytes per frame: what it has cost. */
  function cost(end: 'clientEnd' | 'serverEnd'): number {
    return memory.frames(end, 3).reduce((sum, { length }) => sum + 16 + length, 0);
  }

  /** Send until told to stop; `sent` counts. */
  function pour(
    send: (request: Note) => Promise<boolean>,
    size: number,
  ): { sent: number; isStopped: boolean } {
    const state = { sent: 0, isStopped: false };
    void (async () => {
      while (!state.isStopped && (await send(blob(size)))) state.sent++;
    })().catch(() => undefined);
    return state;
  }

  it('stop at the credit when the client does not take replies', async () => {
    const source = producer(1_000);
    start({ count: source.notes });
    memory.flow.count(note(''));
    await settle();
    expect(cost('clientEnd')).to.be.within(WINDOW_BYTES - 2_000, WINDOW_BYTES);
  });

  it('make no more than one reply beyond the credit', async () => {
    const source = producer(1_000);
    start({ count: source.notes });
    memory.flow.count(note(''));
    await settle();
    const taken = Math.floor(WINDOW_BYTES / (16 + blobMessage(1_000)));
    expect(source.made).to.equal(taken + 1);
  });

  it('go on when the client takes replies again', async () => {
    const source = producer(1_000);
    start({ count: source.notes });
    const call = memory.flow.count(note(''));
    await settle();
    const before = source.made;
    for (let at = 0; at < before; at++) await call.next();
    await settle();
    expect(source.made).to.be.within(before * 2 - 5, before * 2 + 5);
  });

  it('stop at the credit when the handler does not take requests', async () => {
    start({ collect: () => new Promise(() => undefined) });
    const call = memory.flow.collect();
    const state = pour((request) => call.send(request), 1_000);
    await settle();
    state.isStopped = true;
    expect([cost('serverEnd') <= WINDOW_BYTES, state.sent]).to.deep.equal([
      true,
      Math.floor(WINDOW_BYTES / (16 + blobMessage(1_000))),
    ]);
  });

  it('go on when the handler takes requests again', async () => {
    let goOn: () => void = () => undefined;
    let taken = 0;
    start({
      collect: async (requests) => {
        await new Promise<void>((resolve) => (goOn = resolve));
        for await (const request of requests) taken += request.blob.length;
        return note('');
      },
    });
    const call = memory.flow.collect();
    const state = pour((request) => call.send(request), 10_000);
    await settle();
    const before = state.sent;
    goOn();
    await settle(60);
    state.isStopped = true;
    await settle();
    expect([state.sent > before * 4, taken]).to.deep.equal([true, state.sent * 10_000]);
  });

  it('wait for a socket that takes nothing', async () => {
    const source = producer(1_000);
    start({ count: source.notes }, { pair: { capacityBytes: 20_000 } });
    const call = memory.flow.count(note(''));
    await call.next();
    memory.clientEnd.stall();
    await settle();
    const before = source.made;
    for (let at = 0; at < 40; at++) watch(call.next());
    await settle();
    expect([source.made - before, source.made < 100]).to.deep.equal([0, true]);
  });

  it('go on when the socket does', async () => {
    const source = producer(1_000);
    start({ count: source.notes }, { pair: { capacityBytes: 20_000 } });
    const call = memory.flow.count(note(''));
    await call.next();
    memory.clientEnd.stall();
    await settle();
    memory.clientEnd.goOn();
    for (let at = 0; at < 1_000; at++) await call.next();
    expect(source.made).to.be.above(1_000);
  });

  it('both stop when neither end reads, and both go on when both do', async () => {
    let goOn: () => void = () => undefined;
    start({
      async *chat(requests) {
        for (let at = 0; at < 50; at++) yield blob(20_000);
        await new Promise<void>((resolve) => (goOn = resolve));
        yield note((await textsOf(requests)).length.toString());
      },
    });
    const call = memory.flow.chat();
    const sending = watch(
      (async () => {
        for (let at = 0; at < 50; at++) await call.send(blob(20_000));
        call.end();
      })(),
    );
    await settle();
    const wasStuck = !sending.isOver && cost('clientEnd') <= WINDOW_BYTES;
    const replies = watch(textsOf(call));
    await settle();
    goOn();
    await settle();
    expect([wasStuck, sending.isOver, replies.value?.at(-1)]).to.deep.equal([true, true, '50']);
  });

  it('do not hinder unary calls beside a hundred streams that have stopped', async () => {
    start({ count: producer(30_000).notes });
    for (let at = 0; at < 100; at++) memory.flow.count(note(''));
    await settle(100);
    const texts = [];
    for (let at = 0; at < 20; at++) texts.push((await memory.flow.ask(note('a'))).text);
    expect(texts).to.have.length(20);
  });

  it('do not hinder a busy stream beside a hundred that have stopped', async () => {
    const stalled = producer(30_000);
    start({ count: ({ text }) => (text === 'busy' ? producer(60_000).notes() : stalled.notes()) });
    for (let at = 0; at < 100; at++) memory.flow.count(note(''));
    await settle(100);
    const busy = memory.flow.count(note('busy'));
    let got = 0;
    for (let at = 0; at < 100; at++) got += (await busy.next()).value!.blob.length;
    expect(got).to.equal(6_000_000);
  });

  it('let a handler make calls on the connection whose stream it reads', async () => {
    const texts: string[] = [];
    start({
      collect: async (requests) => {
        for await (const { blob: bytes } of requests) {
          const reply = await memory.flow.ask(blob(bytes.length));
          texts.push(String(reply.blob.length));
        }
        return note('');
      },
    });
    const call = memory.flow.collect();
    for (let at = 0; at < 20; at++) await call.send(blob(100_000));
    await call.finish();
    expect(texts).to.deep.equal(Array.from({ length: 20 }, () => '100000'));
  });

  it('let a client make calls inside its loop over replies', async () => {
    start({ count: () => Array.from({ length: 20 }, () => blob(100_000)) });
    let got = 0;
    for await (const reply of memory.flow.count(note(''))) {
      got += (await memory.flow.ask(reply)).blob.length;
    }
    expect(got).to.equal(2_000_000);
  });

  it('end calls whose replies would be more than may be held, and go on with the others', async () => {
    start({ count: () => [blob(1_000_000)] }, WIDE);
    const calls = Array.from({ length: 40 }, () => memory.flow.count(note('')));
    await settle(100);
    const outcomes = calls.map((call) => watch(textsOf(call)));
    while (outcomes.some(({ isOver }) => !isOver)) await settle();
    const failed = outcomes.filter(({ error }) => error !== undefined);
    const codes = new Set(failed.map(({ error }) => error!.code));
    // 33 messages of 1 000 012 bytes fit into 33 554 432.
    expect([failed.length, [...codes]]).to.deep.equal([7, [8]]);
  });

  it('fail a send() that would hold more than is allowed, and go on with the others', async () => {
    start({ collect: async (requests) => note(String((await textsOf(requests)).length)) }, WIDE);
    const first = memory.flow.collect();
    await first.send(note(''));
    const calls = Array.from({ length: 40 }, () => memory.flow.collect());
    const sent = calls.map((call) => watch(call.send(blob(1_000_000))));
    while (sent.some(({ isOver }) => !isOver)) await settle();
    const replies = await Promise.all(calls.map((call) => call.finish()));
    const expected = sent.map(({ error }) => (error?.code === 8 ? '0' : '1'));
    expect([replies.map(({ text }) => text), new Set(expected).size]).to.deep.equal([expected, 2]);
  });
});

describe('Inbox', () => {
  it('does not hold what was taken, also when it is never empty', async () => {
    const inbox = new Inbox<object>({
      onTaken: () => undefined,
      onWaiting: () => undefined,
      onReturn: () => undefined,
    });
    inbox.push({}, 1);
    const taken: WeakRef<object>[] = [];
    for (let at = 0; at < 1_000; at++) {
      inbox.push({}, 1);
      taken.push(new WeakRef((await inbox.next()).value!));
    }
    await settle(2);
    collectGarbage();
    const kept = taken.filter((one) => one.deref() !== undefined).length;
    expect([kept <= 64, (await inbox.next()).done]).to.deep.equal([true, false]);
  });

  it('hands out in order what came while it was read', async () => {
    const inbox = new Inbox<number>({
      onTaken: () => undefined,
      onWaiting: () => undefined,
      onReturn: () => undefined,
    });
    const taken: (number | undefined)[] = [];
    for (let at = 0; at < 300; at++) {
      inbox.push(at, 1);
      if (at % 3 !== 0) taken.push((await inbox.next()).value);
    }
    inbox.close();
    for await (const rest of inbox) taken.push(rest);
    expect(taken).to.deep.equal(Array.from({ length: 300 }, (_, at) => at));
  });
});
