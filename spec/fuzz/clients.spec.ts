import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { client, type Channel, connect, Server } from '../../src/rpc/index';
import { VIOLATIONS } from '../../src/wire/protocol-error';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Flow, plainFlow } from '../support/flow-service';
import { MemoryTransport } from '../support/memory-pair';
import { MemoryPeer } from '../support/memory-peer';
import { memoryInUse } from '../support/memory-use';
import { note, plainHandlers, Probe } from '../support/probe-service';
import { clientOpening, PREFACE_HEX } from '../support/raw-frames';
import { hex } from '../support/hex';
import { Conversation } from './conversation';
import { cutAtRandom, goldenFrames, mutate, Random } from './random-bytes';

/** Repeat a failure by FUZZ_SEED=… */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);
const INPUTS = 8_000;
const WARM_UP = 500;
/** What all inputs together may leave behind in objects: compiled code, some hundred bytes each. */
const HEAP_GROWTH_BYTES_MAX = 8_000_000;
/** And in buffers: the pool of 64 slabs of up to 256 KiB that all connections share. */
const BUFFER_GROWTH_BYTES_MAX = 18_000_000;

describe(`a server that is sent anything (FUZZ_SEED=${SEED})`, function () {
  this.timeout(60_000);
  const random = new Random(SEED);
  const golden = goldenFrames('client');
  const environment = new FakeEnvironment();
  const unexpected: string[] = [];
  let running = 0;
  let server: Server;
  let heapGrowthBytes: number;
  let bufferGrowthBytes: number;
  let answers = 0;

  /** All that a peer sends in one connection. */
  function anyInput(): Buffer {
    switch (random.below(16)) {
      case 0:
        return random.bytes(random.below(100));
      case 1:
        return Buffer.concat([hex(PREFACE_HEX), random.bytes(random.below(100))]);
      case 2:
        return mutate(random, Buffer.concat([clientOpening(), random.pick(golden)]));
      default: {
        const conversation = new Conversation(random);
        const frames = Array.from({ length: 1 + random.below(30) }, () => {
          const frame = random.below(40) === 0 ? random.pick(golden) : conversation.next();
          return random.below(30) === 0 ? mutate(random, frame) : frame;
        });
        return Buffer.concat([clientOpening(), ...frames]);
      }
    }
  }

  async function play(input: Buffer): Promise<void> {
    const peer = MemoryPeer.connect(server);
    for (const chunk of cutAtRandom(random, input)) peer.transport.write(chunk);
    await settle(4);
    if (random.below(2) === 0) peer.transport.endWrite();
    else peer.transport.destroy();
    await settle(4);
    if (random.below(10) === 0) await environment.advance(70_000);
  }

  async function goodCall(): Promise<void> {
    const channel: Channel = connect('memory:1', {
      environment,
      dial: () => {
        const [own, other] = MemoryTransport.pair();
        server.accept(other);
        return Promise.resolve(own);
      },
    });
    const { text } = await client(Probe, channel).echo(note('still here'));
    if (text === 'still here') answers++;
    await channel.close();
  }

  before(async () => {
    const log = (line: string): void => {
      const name = /^memory:client: (?:refused: )?([A-Z0-9_]+): /.exec(line)?.[1] ?? '';
      if (!(name in VIOLATIONS)) unexpected.push(line);
    };
    server = new Server({ environment, log, limits: { messageBytesMax: 1_000, streamsMax: 4 } });
    server.add(Flow, plainFlow).add(Probe, {
      ...plainHandlers,
      hold: async (request, context) => {
        running++;
        try {
          return await plainHandlers.hold(request, context);
        } finally {
          running--;
        }
      },
    });
    for (let count = 0; count < WARM_UP; count++) await play(anyInput());
    const before = await memoryInUse();
    for (let count = 0; count < INPUTS; count++) {
      await play(anyInput());
      if (count % 100 === 99) await goodCall();
    }
    await environment.advance(200_000);
    const after = await memoryInUse();
    heapGrowthBytes = after.heapBytes - before.heapBytes;
    bufferGrowthBytes = after.bufferBytes - before.bufferBytes;
  });

  it('says nothing but the names of broken rules', () => {
    expect(unexpected).to.deep.equal([]);
  });

  it('leaves no handler running when its client has gone', () => {
    expect(running).to.equal(0);
  });

  it('keeps no objects', () => {
    expect(heapGrowthBytes).to.be.below(HEAP_GROWTH_BYTES_MAX);
  });

  it('keeps no buffers', () => {
    expect(bufferGrowthBytes).to.be.below(BUFFER_GROWTH_BYTES_MAX);
  });

  it('answers good calls on new connections all the time', () => {
    expect(answers).to.equal(INPUTS / 100);
  });

  it('holds no connection: it closes at once', async () => {
    let isClosed = false;
    void server.close().then(() => (isClosed = true));
    await settle();
    expect(isClosed).to.equal(true);
  });
});
