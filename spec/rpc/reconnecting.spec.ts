import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import type { Transport } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { hex } from '../support/hex';
import { MemoryTransport } from '../support/memory-pair';
import { MemoryProbe, type MemoryProbeOptions } from '../support/memory-probe';
import { failureOf, watch } from '../support/outcome';
import { note } from '../support/probe-service';
import { serverOpening } from '../support/raw-frames';

const PATIENT = { waitForReady: true };
const DEAF = { onBytes: () => undefined, onDrained: () => undefined };

/** A dialer whose servers say `bytes` at once and then nothing, not even their end. */
function dialing(bytes: Buffer, dialled: () => void): () => Promise<Transport> {
  return () => {
    dialled();
    const [own, other] = MemoryTransport.pair();
    other.start({ ...DEAF, onEnded: () => undefined, onClosed: () => undefined });
    other.write(bytes);
    return Promise.resolve(own);
  };
}

describe('connecting again', () => {
  let memory: MemoryProbe;
  afterEach(() => memory.stop());

  function start(options: MemoryProbeOptions = {}): void {
    memory = new MemoryProbe({ channel: { connectTimeoutMs: 60_000 }, ...options });
  }

  /** Milliseconds between one try to dial and the next. */
  function gaps(): number[] {
    const { dialledAtMs } = memory;
    return dialledAtMs.slice(1).map((at, index) => Math.round(at - dialledAtMs[index]!));
  }

  /** When the tries after the first `tries` were made, from `sinceMs` on. */
  function triesAfter(tries: number, sinceMs: number): number[] {
    return memory.dialledAtMs.slice(tries).map((at) => Math.round(at - sinceMs));
  }

  it('is done by the next call after a loss', async () => {
    start();
    await memory.probe.echo(note(''));
    memory.clientEnd.cut();
    await memory.environment.advance(200);
    expect([(await memory.probe.echo(note('a'))).text, memory.pairs.length]).to.deep.equal([
      'a',
      2,
    ]);
  });

  it('is not done before a call wants it', async () => {
    start();
    await memory.probe.echo(note(''));
    memory.clientEnd.cut();
    await memory.environment.advance(60_000);
    expect(memory.pairs).to.have.length(1);
  });

  it('is tried again after a dialer that threw', async () => {
    let tries = 0;
    start({
      channel: {
        dial: () => {
          tries++;
          throw new Error('no such network');
        },
      },
    });
    await failureOf(memory.probe.echo(note('')));
    await memory.environment.advance(1_000);
    const { text } = await failureOf(memory.probe.echo(note('')));
    expect([text, tries]).to.deep.equal(['cannot reach memory:1: no such network', 2]);
  });

  it('gives a call that comes later connectTimeoutMs of its own', async () => {
    start({ channel: { connectTimeoutMs: 1_000 } });
    memory.dialFailure = new Error('down');
    watch(memory.probe.echo(note(''), PATIENT));
    await memory.environment.advance(900);
    const later = watch(memory.probe.echo(note(''), PATIENT));
    await memory.environment.advance(999);
    const wasOver = later.isOver;
    await memory.environment.advance(1);
    expect([wasOver, later.isOver]).to.deep.equal([false, true]);
  });

  it('is not tried sooner by calls that do not wait', async () => {
    start();
    memory.dialFailure = new Error('down');
    for (let count = 0; count < 50; count++) await failureOf(memory.probe.echo(note('')));
    expect(memory.dialledAtMs).to.have.length(1);
  });

  it('fails calls in flight with UNAVAILABLE, perhaps processed', async () => {
    start();
    const call = watch(memory.probe.hold(note('')));
    await settle();
    memory.clientEnd.cut(new Error('read ECONNRESET'));
    await settle();
    const { error } = call;
    expect([error?.code, error?.mayHaveActed, (error?.cause as Error).message]).to.deep.equal([
      14,
      true,
      'read ECONNRESET',
    ]);
  });

  it('takes longer each time when connections are lost before any answer', async () => {
    start();
    for (let count = 0; count < 4; count++) {
      const call = watch(memory.probe.hold(note(''), PATIENT));
      while (memory.pairs.length <= count) await memory.environment.advance(1);
      await settle();
      memory.clientEnd.cut();
      await settle();
      expect(call.isOver).to.equal(true);
    }
    expect(gaps()).to.deep.equal([100, 160, 256]);
  });

  /** After some failures and then one good connection: when and how often is it tried again? */
  async function afterGoodConnection(makeGood: () => Promise<void>): Promise<number[]> {
    start();
    memory.dialFailure = new Error('down');
    watch(memory.probe.hold(note(''), PATIENT));
    await memory.environment.advance(2_000);
    memory.dialFailure = undefined;
    await memory.environment.advance(2_000);
    await makeGood();
    memory.dialFailure = new Error('down');
    memory.clientEnd.cut();
    await settle();
    const tries = memory.dialledAtMs.length;
    const lostAtMs = memory.environment.now();
    watch(memory.probe.hold(note(''), PATIENT));
    await memory.environment.advance(300);
    return triesAfter(tries, lostAtMs);
  }

  it('waits as at first again after a connection that gave an answer', async () => {
    const tries = await afterGoodConnection(async () => {
      await memory.probe.echo(note(''));
    });
    expect(tries).to.deep.equal([100, 260]);
  });

  it('waits as at first again after a connection that lived 10 s', async () => {
    const tries = await afterGoodConnection(() => memory.environment.advance(10_000));
    expect(tries).to.deep.equal([100, 260]);
  });

  it('waits longer still after one that lived less and gave no answer', async () => {
    const tries = await afterGoodConnection(() => memory.environment.advance(5_000));
    expect(tries).to.deep.equal([]);
  });

  const EARLY_ENDS: readonly (readonly [string, Buffer])[] = [
    [
      'GOAWAY with an error',
      Buffer.concat([
        serverOpening(),
        hex('0000000a 00000000 08 00 0008 0000 0000  00000000 00000000 0000'),
      ]),
    ],
    ['bytes that are no Fio', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a broken rule', Buffer.concat([serverOpening(), serverOpening().subarray(8)])],
  ];
  for (const [name, bytes] of EARLY_ENDS) {
    it(`takes longer each time when ${name} comes before any answer`, async () => {
      start({
        channel: {
          connectTimeoutMs: 60_000,
          dial: dialing(bytes, () => memory.dialledAtMs.push(memory.environment.now())),
        },
      });
      for (let count = 0; count < 4; count++) {
        const call = watch(memory.probe.echo(note(''), PATIENT));
        while (!call.isOver) await memory.environment.advance(1);
      }
      expect(gaps().slice(0, 3)).to.deep.equal([100, 160, 256]);
    });
  }

  it('makes no loop when GOAWAY(0) comes before any answer', async () => {
    const drain = hex('0000000a 00000000 08 00 0000 0000 0000  7fffffff 00000000 0000');
    start({
      channel: {
        connectTimeoutMs: 60_000,
        dial: dialing(Buffer.concat([serverOpening(), drain]), () =>
          memory.dialledAtMs.push(memory.environment.now()),
        ),
      },
    });
    for (let count = 0; count < 50; count++) {
      watch(memory.probe.echo(note(''), { timeoutMs: 5_000 }));
      await memory.environment.advance(10);
    }
    expect(memory.dialledAtMs).to.have.length.below(6);
  });

  it('is done at once after GOAWAY(0) of a connection that gave answers', async () => {
    start({ serverLimits: { connectionAgeMsMax: 1_000 } });
    await memory.probe.echo(note(''));
    const old = watch(memory.probe.hold(note('')));
    await memory.environment.advance(1_000);
    expect([(await memory.probe.echo(note('new'))).text, old.isOver]).to.deep.equal(['new', false]);
  });
});
