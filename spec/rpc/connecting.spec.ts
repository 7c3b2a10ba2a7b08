import { expect } from 'chai';
import { settle } from '../support/fake-environment';
import { MemoryPeer } from '../support/memory-peer';
import { MemoryTransport } from '../support/memory-pair';
import { MemoryProbe, type MemoryProbeOptions } from '../support/memory-probe';
import { failureOf, watch } from '../support/outcome';
import { note, type ProbeHandlers } from '../support/probe-service';

describe('connecting', () => {
  let memory: MemoryProbe;
  /** Lets every Hold call that runs end. */
  let release: () => void;
  afterEach(() => memory.stop());

  function start(options: MemoryProbeOptions = {}): void {
    const releases: (() => void)[] = [];
    release = () => releases.splice(0).forEach((one) => one());
    const hold: ProbeHandlers['hold'] = (request) =>
      new Promise((resolve) => releases.push(() => resolve(request)));
    memory = new MemoryProbe({ handlers: { hold }, ...options });
  }

  describe('for the first time', () => {
    it('is done by the first call, not before', async () => {
      start();
      await settle();
      const before = memory.pairs.length;
      await memory.probe.echo(note(''));
      expect([before, memory.pairs.length]).to.deep.equal([0, 1]);
    });

    it('is done once for many calls', async () => {
      start();
      await Promise.all([1, 2, 3].map(() => memory.probe.echo(note(''))));
      expect(memory.pairs).to.have.length(1);
    });

    it('fails a call at once, not processed, with the reason', async () => {
      start();
      memory.dialFailure = new Error('connect ECONNREFUSED');
      const { code, text, isLocal, mayHaveActed } = await failureOf(memory.probe.echo(note('')));
      expect([code, text, isLocal, mayHaveActed]).to.deep.equal([
        14,
        'cannot reach memory:1: connect ECONNREFUSED',
        true,
        false,
      ]);
    });

    it('names every reason when a name has several addresses', async () => {
      start();
      memory.dialFailure = new AggregateError([new Error('A refused'), new Error('B refused')]);
      expect((await failureOf(memory.probe.echo(note('')))).text).to.equal(
        'cannot reach memory:1: A refused, B refused',
      );
    });

    it('fails every call after connectTimeoutMs when nothing answers', async () => {
      start({ channel: { dial: () => new Promise(() => undefined), connectTimeoutMs: 700 } });
      const calls = [
        watch(memory.probe.echo(note(''))),
        watch(memory.probe.echo(note(''), { waitForReady: true })),
      ];
      await memory.environment.advance(699);
      const wereOver = calls.map(({ isOver }) => isOver);
      await memory.environment.advance(1);
      expect([wereOver, calls.map(({ error }) => error?.code)]).to.deep.equal([
        [false, false],
        [14, 14],
      ]);
    });

    it('destroys a connection that comes after everybody has given up', async () => {
      let arrive: (transport: MemoryTransport) => void = () => undefined;
      const dial = (): Promise<MemoryTransport> => new Promise((resolve) => (arrive = resolve));
      start({ channel: { dial, connectTimeoutMs: 700 } });
      watch(memory.probe.echo(note('')));
      await memory.environment.advance(700);
      const [late] = MemoryTransport.pair();
      arrive(late);
      await settle();
      expect(late.isDestroyed).to.equal(true);
    });
  });

  describe('again and again, with waitForReady', () => {
    it('is tried after 100 ms, then 1.6 times as long each time', async () => {
      start({ channel: { connectTimeoutMs: 60_000 } });
      memory.dialFailure = new Error('down');
      watch(memory.probe.echo(note(''), { waitForReady: true }));
      await memory.environment.advance(2_000);
      const gaps = memory.dialledAtMs
        .slice(1)
        .map((at, i) => Math.round(at - memory.dialledAtMs[i]!));
      expect(gaps).to.deep.equal([100, 160, 256, 410, 655]);
    });

    it('is answered when the server comes up', async () => {
      start({ channel: { connectTimeoutMs: 60_000 } });
      memory.dialFailure = new Error('down');
      const call = watch(memory.probe.echo(note('up'), { waitForReady: true }));
      await memory.environment.advance(1_000);
      memory.dialFailure = undefined;
      await memory.environment.advance(1_000);
      expect(call.value?.text).to.equal('up');
    });

    it('ends with the last error after connectTimeoutMs', async () => {
      start({ channel: { connectTimeoutMs: 1_000 } });
      memory.dialFailure = new Error('down');
      const call = watch(memory.probe.echo(note('up'), { waitForReady: true }));
      await memory.environment.advance(1_000);
      expect(call.error?.text).to.equal('cannot reach memory:1: down');
    });

    it('fails a call that does not wait between two tries, without dialling', async () => {
      start({ channel: { connectTimeoutMs: 60_000 } });
      memory.dialFailure = new Error('down');
      watch(memory.probe.echo(note(''), { waitForReady: true }));
      await settle();
      const { text } = await failureOf(memory.probe.echo(note('')));
      expect([text, memory.dialledAtMs.length]).to.deep.equal(['cannot reach memory:1: down', 1]);
    });

    it('leaves no timer behind when everybody has given up', async () => {
      start();
      memory.dialFailure = new Error('down');
      const controller = new AbortController();
      const call = watch(
        memory.probe.echo(note(''), { waitForReady: true, signal: controller.signal }),
      );
      await settle();
      controller.abort();
      await memory.environment.advance(10_000);
      expect([call.isOver, memory.environment.timersPending]).to.deep.equal([true, 0]);
    });
  });

  describe('while the server drains', () => {
    it('makes another connection for the next call, without a failed call', async () => {
      start({ serverLimits: { connectionAgeMsMax: 1_000 } });
      const old = watch(memory.probe.hold(note('old')));
      await memory.environment.advance(1_000);
      const call = watch(memory.probe.echo(note('new')));
      await memory.environment.advance(100);
      release();
      await settle();
      expect([old.value?.text, call.value?.text, memory.pairs.length]).to.deep.equal([
        'old',
        'new',
        2,
      ]);
    });
  });

  describe('with full slots', () => {
    it('lets calls wait, and answers all', async () => {
      start({ serverLimits: { streamsMax: 3 } });
      await memory.probe.echo(note(''));
      const texts = Array.from({ length: 20 }, (_, index) => String(index));
      const replies = await Promise.all(texts.map((text) => memory.probe.echo(note(text))));
      expect(replies.map(({ text }) => text)).to.deep.equal(texts);
    });

    it('lets more calls go when HELLO allows more than was assumed', async () => {
      start({ serverLimits: { streamsMax: 1_500 } });
      for (let count = 0; count < 1_500; count++) watch(memory.probe.hold(note('')));
      await settle();
      const last = watch(memory.probe.hold(note('')));
      await settle();
      const held = release;
      held();
      await settle();
      expect(last.isOver).to.equal(false);
    });

    it('never has more calls open than its server takes', async () => {
      start({ serverLimits: { streamsMax: 3 } });
      await memory.probe.echo(note(''));
      const calls = [1, 2, 3, 4, 5].map((id) => watch(memory.probe.hold(note(String(id)))));
      await settle();
      release();
      await settle();
      expect(calls.map(({ isOver }) => isOver)).to.deep.equal([true, true, true, false, false]);
    });

    it('makes calls once more that it sent before it knew, when there is room', async () => {
      start({ serverLimits: { streamsMax: 1 } });
      const calls = [1, 2].map((id) => watch(memory.probe.hold(note(String(id)))));
      await settle();
      expect(calls.map((call) => call.isOver)).to.deep.equal([false, false]);
    });

    it('refuses more than waitingCallsMax', async () => {
      start({ serverLimits: { streamsMax: 1 }, channel: { waitingCallsMax: 2 } });
      await memory.probe.echo(note(''));
      const calls = [1, 2, 3, 4].map((id) => watch(memory.probe.hold(note(String(id)))));
      await settle();
      const { error } = calls[3]!;
      expect([error?.code, error?.mayHaveActed, calls[2]!.isOver]).to.deep.equal([8, false, false]);
    });

    it('lets a call wait for a slot as long as its own time limit says', async () => {
      start({ serverLimits: { streamsMax: 1 }, channel: { connectTimeoutMs: 700 } });
      await memory.probe.echo(note(''));
      watch(memory.probe.hold(note('')));
      const calls = [{}, { timeoutMs: 3_000 }].map((o) => watch(memory.probe.echo(note(''), o)));
      await memory.environment.advance(3_000);
      expect(calls.map(({ error }) => error?.code)).to.deep.equal([undefined, 4]);
    });

    it('answers a call that has waited for a slot longer than connectTimeoutMs', async () => {
      start({ serverLimits: { streamsMax: 1 }, channel: { connectTimeoutMs: 700 } });
      await memory.probe.echo(note(''));
      watch(memory.probe.hold(note('')));
      const call = watch(memory.probe.echo(note('patient')));
      await memory.environment.advance(10_000);
      release();
      await settle();
      expect(call.value?.text).to.equal('patient');
    });

    it('counts connectTimeoutMs from the loss of the connection', async () => {
      start({ serverLimits: { streamsMax: 1 }, channel: { connectTimeoutMs: 700 } });
      await memory.probe.echo(note(''));
      watch(memory.probe.hold(note('')));
      const call = watch(memory.probe.echo(note(''), { waitForReady: true }));
      await memory.environment.advance(10_000);
      memory.dialFailure = new Error('down');
      memory.clientEnd.cut();
      await memory.environment.advance(699);
      const wasOver = call.isOver;
      await memory.environment.advance(1);
      expect([wasOver, call.error?.text]).to.deep.equal([false, 'cannot reach memory:1: down']);
    });

    it('waits no longer than connectTimeoutMs for a connection that gets no HELLO', async () => {
      const dial = (): Promise<MemoryTransport> => Promise.resolve(MemoryTransport.pair()[0]);
      start({ channel: { dial, connectTimeoutMs: 700 } });
      for (let count = 0; count < 1_024; count++) watch(memory.probe.echo(note('')));
      const call = watch(memory.probe.echo(note('')));
      await memory.environment.advance(700);
      expect(call.error?.text).to.equal('memory:1 takes no more calls at present');
    });

    it('takes those who have given up out of the queue', async () => {
      start({ serverLimits: { streamsMax: 1 }, channel: { waitingCallsMax: 1 } });
      await memory.probe.echo(note(''));
      watch(memory.probe.hold(note('')));
      watch(memory.probe.hold(note(''), { timeoutMs: 10 }));
      await memory.environment.advance(10);
      const call = watch(memory.probe.hold(note('')));
      await settle();
      expect(call.isOver).to.equal(false);
    });
  });

  it('goes to a new connection when the ids are used up, without a failed call', async () => {
    start();
    await memory.probe.echo(note(''));
    memory.useUpIds();
    const replies = [];
    for (const text of ['last but one', 'last', 'first']) {
      replies.push((await memory.probe.echo(note(text))).text);
    }
    expect([replies, memory.pairs.length]).to.deep.equal([['last but one', 'last', 'first'], 2]);
  });

  it('closes the old connection when its last call has ended', async () => {
    start();
    await memory.probe.echo(note(''));
    memory.useUpIds();
    for (let count = 0; count < 3; count++) await memory.probe.echo(note(''));
    await settle();
    expect(memory.pairs[0]![0].isDestroyed).to.equal(true);
  });

  it('is not disturbed by a stranger beside it', async () => {
    start();
    await memory.probe.echo(note(''));
    const peer = MemoryPeer.connect(memory.server);
    await peer.send('16 03 01');
    expect((await memory.probe.echo(note('a'))).text).to.equal('a');
  });
});
