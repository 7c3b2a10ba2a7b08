import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { client, connect, RpcError } from '../../src/rpc/index';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Flow, textsOf } from '../support/flow-service';
import { hex } from '../support/hex';
import { MemoryTransport } from '../support/memory-pair';
import { note } from '../support/probe-service';
import { PREFACE_HEX, rawFrame, serverOpening } from '../support/raw-frames';
import { cutAtRandom, goldenFrames, mutate, Random } from './random-bytes';

/** Repeat a failure by FUZZ_SEED=… */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);
const INPUTS = 4_000;

const REPLIES = ['', '00000000 00000000 00000000', '00000001 ff', '0000', 'ffffffff'].map(hex);

describe(`a client that is sent anything (FUZZ_SEED=${SEED})`, function () {
  this.timeout(60_000);
  const random = new Random(SEED);
  const golden = goldenFrames('server');
  const environment = new FakeEnvironment();
  const foreign: unknown[] = [];
  let calls = 0;
  let settled = 0;

  /** What the server may send to the calls of one connection, more often than not. */
  function frame(): Buffer {
    const at = random.below(4);
    const ids = { stream: 2 * at + 1, service: 8, method: at + 1 };
    switch (random.below(9)) {
      case 0:
        return random.pick(golden);
      case 1:
        return rawFrame({ type: 7, flags: random.pick([0, 0x10]), payload: random.bytes(8) });
      case 2:
        return rawFrame({ type: 9, ...ids, payload: hex('0000') });
      case 3:
        return rawFrame({ type: 6, ...ids, payload: hex('00010000') });
      case 4: {
        const flags = random.pick([0, 0x04, 0x20]);
        const payload = Buffer.concat([hex('0000'), random.pick(REPLIES)]);
        return rawFrame({ type: 4, flags, code: 1 + random.below(20), ...ids, payload });
      }
      case 5: {
        const payload = Buffer.concat([hex('0000'), random.pick(REPLIES)]);
        return rawFrame({ type: 4, flags: random.pick([0, 0x04]), ...ids, payload });
      }
      case 6: {
        const payload = hex(random.pick(['00000000 00000000 0000', '00000003 00000000 0000']));
        return random.below(5) === 0
          ? rawFrame({ type: 8, code: random.below(17), payload })
          : frame();
      }
      default: {
        const flags = random.pick([0x14, 0x14, 0x14, 0x16, 0x12, 0x10]);
        return rawFrame({ type: 3, flags, ...ids, payload: random.pick(REPLIES) });
      }
    }
  }

  function anyInput(): Buffer {
    switch (random.below(20)) {
      case 0:
        return random.bytes(random.below(60));
      case 1:
        return Buffer.concat([hex(PREFACE_HEX), random.bytes(random.below(60))]);
      default: {
        const frames = Array.from({ length: random.below(12) }, () => {
          const one = frame();
          return random.below(15) === 0 ? mutate(random, one) : one;
        });
        return Buffer.concat([serverOpening(), ...frames]);
      }
    }
  }

  function expectSettled(call: Promise<unknown>): void {
    calls++;
    call.then(
      () => settled++,
      (error: unknown) => {
        settled++;
        if (!(error instanceof RpcError)) foreign.push(error);
      },
    );
  }

  /** One call of each kind on one connection whose server sends `input` and then goes away. */
  async function play(input: Buffer): Promise<void> {
    let other: MemoryTransport | undefined;
    const channel = connect('memory:1', {
      environment,
      dial: () => {
        if (other !== undefined) return Promise.reject(new Error('gone'));
        const [own, servers] = MemoryTransport.pair();
        other = servers;
        servers.start({
          onBytes: () => undefined,
          onDrained: () => undefined,
          onEnded: () => servers.endWrite(),
          onClosed: () => undefined,
        });
        return Promise.resolve(own);
      },
    });
    const flow = client(Flow, channel);
    expectSettled(flow.ask(note('a')));
    expectSettled(textsOf(flow.count(note('b'))));
    const collect = flow.collect();
    expectSettled(collect.send(note('c')));
    expectSettled(collect.finish());
    const chat = flow.chat();
    expectSettled(chat.send(note('d')));
    expectSettled(textsOf(chat));
    await settle(2);
    for (const chunk of cutAtRandom(random, input)) other?.write(chunk);
    await settle(4);
    if (random.below(3) === 0) other?.destroy();
    else if (random.below(2) === 0) other?.endWrite();
    else other?.cut();
    await settle(4);
    chat.cancel();
    collect.cancel();
    const closed = channel.close();
    await environment.advance(100_000);
    await closed;
  }

  before(async () => {
    for (let count = 0; count < INPUTS; count++) await play(anyInput());
  });

  it('settles every call', () => {
    expect(settled).to.equal(calls);
  });

  it('fails calls by RpcErrors only', () => {
    expect(foreign).to.deep.equal([]);
  });
});
