import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { Server, type Limits } from '../../src/rpc/index';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { type HostilePeer } from '../support/hostile-peer';
import { MemoryPeer } from '../support/memory-peer';
import { memoryInUse } from '../support/memory-use';
import { hex } from '../support/hex';
import { ECHO_CALL, HOLD_CALL } from '../support/probe-frames';
import { Note, plainHandlers, Probe, type ProbeHandlers } from '../support/probe-service';
import { clientOpening, rawFrame } from '../support/raw-frames';
import { SERVED, TcpProbe } from '../support/tcp-probe';

const PING = '00000008 00000000 07 00 0000 0000 0000  0123456789abcdef';

function onStream(frame: string, stream: number): Buffer {
  const bytes = hex(frame);
  bytes.writeUInt32BE(stream, 4);
  return bytes;
}

/** CALL of Hold and CANCEL, one after the other, `count` times. */
function callsAndCancels(count: number): Buffer {
  const cancel = '00000002 00000001 05 00 0001 0007 0002  0000';
  const frames: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const stream = 2 * index + 1;
    frames.push(onStream(HOLD_CALL, stream), onStream(cancel, stream));
  }
  return Buffer.concat(frames);
}

describe('CALL and CANCEL, 100 000 times on one connection', function () {
  this.timeout(20_000);
  const CALLS = 100_000;
  let probe: TcpProbe;
  let peer: HostilePeer;
  let running = 0;
  let runningMax = 0;
  let heapGrowth = 0;

  /** Goes on for two more turns of the event loop after it was told to stop. */
  const slowToStop: ProbeHandlers['hold'] = async (request, context) => {
    runningMax = Math.max(runningMax, ++running);
    try {
      return await plainHandlers.hold(request, context);
    } catch (error) {
      await settle(2);
      throw error;
    } finally {
      running--;
    }
  };

  before(async () => {
    probe = await TcpProbe.start({ limits: { streamsMax: 100 } }, { hold: slowToStop });
    peer = await probe.guest();
    const flood = callsAndCancels(CALLS);
    const { heapBytes } = await memoryInUse();
    peer.send(flood);
    await peer.frame(4, CALLS);
    await settle();
    heapGrowth = (await memoryInUse()).heapBytes - heapBytes;
  });
  after(() => probe.stop());

  it('runs never more handlers than streamsMax', () => {
    expect(runningMax).to.be.within(1, 100);
  });

  it('leaves no handler running', () => {
    expect(running).to.equal(0);
  });

  it('answers each with exactly one END', () => {
    const ends = peer.frames.filter(({ type }) => type === 4);
    expect([ends.length, new Set(ends.map(({ stream }) => stream)).size]).to.deep.equal([
      CALLS,
      CALLS,
    ]);
  });

  it('says of those that no handler saw that they were not processed', () => {
    const ends = peer.frames.filter(({ type, flags }) => type === 4 && flags === 0x20);
    expect(new Set(ends.map(({ code }) => code))).to.deep.equal(new Set([8]));
  });

  it('costs no memory that stays', () => {
    expect(heapGrowth).to.be.below(64 * 1_048_576);
  });

  it('harms nobody else', async () => {
    expect(await probe.bystanderAnswer()).to.equal(SERVED);
  });
});

describe('a peer that never reads', () => {
  const environment = new FakeEnvironment();
  let log: string[] = [];
  let handled = 0;
  let peer: MemoryPeer;

  /** A peer that has said HELLO and reads nothing after it. */
  async function deafPeer(limits: Partial<Limits>): Promise<void> {
    log = [];
    handled = 0;
    const server = new Server({ environment, limits, log: (line) => void log.push(line) });
    server.add(Probe, {
      ...plainHandlers,
      echo: () => {
        handled++;
        return Note.create({ blob: Buffer.alloc(1_000) });
      },
    });
    peer = MemoryPeer.connect(server, { capacityBytes: 10_000 });
    await peer.send(clientOpening());
    peer.transport.stall();
  }

  afterEach(() => peer.transport.cut());

  it('is dropped when it leaves 1 MiB of answers to PING unread', async () => {
    await deafPeer({ pingIntervalMsMin: 0 });
    await peer.send(Buffer.concat(new Array<Buffer>(45_000).fill(hex(PING))));
    await settle(300);
    expect(peer.serverEnd.isDestroyed).to.equal(true);
  });

  it('is not dropped for less', async () => {
    await deafPeer({ pingIntervalMsMin: 0 });
    await peer.send(Buffer.concat(new Array<Buffer>(40_000).fill(hex(PING))));
    await settle(300);
    expect(peer.serverEnd.isDestroyed).to.equal(false);
  });

  it('is named in the log once', async () => {
    await deafPeer({ pingIntervalMsMin: 0, controlBytesMax: 1_000 });
    await peer.send(Buffer.concat(new Array<Buffer>(2_000).fill(hex(PING))));
    expect(log).to.deep.equal(['memory:client: dropped, 1000 bytes of control frames are unread']);
  });

  it('cannot start more calls than it has slots for answers', async () => {
    await deafPeer({ streamsMax: 20 });
    const calls = Array.from({ length: 500 }, (_, index) => onStream(ECHO_CALL, 2 * index + 1));
    for (const call of calls) await peer.send(call);
    // Ten answers fit into the network, the next twenty hold all the slots.
    expect(handled).to.be.within(20, 40);
  });

  it('is dropped when it goes on calling', async () => {
    await deafPeer({ streamsMax: 20, controlBytesMax: 10_000 });
    const calls = Array.from({ length: 500 }, (_, index) => onStream(ECHO_CALL, 2 * index + 1));
    await peer.send(Buffer.concat(calls.slice(0, 30)));
    await peer.send(Buffer.concat(calls.slice(30)));
    expect(peer.serverEnd.isDestroyed).to.equal(true);
  });
});

describe('what a connection holds of messages', () => {
  const HELD = { heldBytesMax: 600_000, messageBytesMax: 300_000 };
  let probe: TcpProbe;
  let peer: HostilePeer;
  before(async () => (probe = await TcpProbe.start({ limits: HELD })));
  after(() => probe.stop());
  beforeEach(async () => (peer = await probe.guest()));

  function begin(stream: number): Buffer {
    return rawFrame({ stream, type: 2, service: 7, method: 1, payload: Buffer.alloc(6) });
  }

  function fragment(stream: number, bytes: number, flags = 0x02): Buffer {
    const payload = Buffer.alloc(bytes);
    return rawFrame({ stream, type: 3, flags, service: 7, method: 1, payload });
  }

  /** The n-th stream begins a message of 131 072 bytes and does not end it. */
  function half(index: number): Buffer {
    const stream = 2 * index + 1;
    return Buffer.concat([begin(stream), fragment(stream, 65_536, 0x06), fragment(stream, 65_536)]);
  }

  it('ends the call that wants more than the limit, by MEMORY_EXHAUSTED', async () => {
    for (let index = 0; index < 5; index++) peer.send(half(index));
    const { stream, code } = await peer.frame(4);
    expect([stream, code]).to.deep.equal([9, 8]);
  });

  it('goes on with the calls that are within it', async () => {
    for (let index = 0; index < 5; index++) peer.send(half(index));
    peer.send(fragment(1, 65_536, 0x01));
    await peer.frame(4, 2);
    const ends = peer.frames.filter(({ type }) => type === 4).map(({ stream }) => stream);
    expect(ends).to.deep.equal([9, 1]);
  });

  it('earns credit for the oldest unfinished message only, above half', async () => {
    for (const index of [0, 1, 2]) peer.send(half(index));
    peer.send(PING);
    await peer.frame(7);
    const credits = peer.frames.filter(({ type }) => type === 6).map(({ stream }) => stream);
    // Streams 1 and 3 were at or below half; stream 5 went above and is not the oldest.
    expect(credits).to.deep.equal([1, 3]);
  });

  it('earns it for the next one when the oldest has ended', async () => {
    for (const index of [0, 1, 2]) peer.send(half(index));
    peer.send(fragment(1, 1, 0x01));
    peer.send(fragment(3, 1, 0x01));
    peer.send(PING);
    await peer.frame(7);
    const credits = peer.frames.filter(({ type }) => type === 6).map(({ stream }) => stream);
    expect(credits).to.deep.equal([1, 3, 5]);
  });

  it('ends the connection by CREDIT_EXCEEDED when more comes than the credit', async () => {
    peer
      .send(begin(1))
      .send(fragment(1, 1, 0x06))
      .send(begin(3))
      .send(fragment(3, 65_536, 0x06));
    for (let count = 2; count <= 4; count++) peer.send(fragment(3, 65_536));
    // Above half from here on, and not the oldest: the first window is for three of these.
    peer.send(begin(5)).send(fragment(5, 65_536, 0x06));
    for (let count = 2; count <= 4; count++) peer.send(fragment(5, 65_536));
    await peer.ended();
    expect(peer.goaways.map(({ code, text }) => [code, text.split(':')[0]])).to.deep.equal([
      [13, 'CREDIT_EXCEEDED'],
    ]);
  });
});
