import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { RpcError, Server, StatusCode } from '../../src/rpc/index';
import { collectGarbage } from '../support/collect-garbage';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { blob, Flow, plainFlow } from '../support/flow-service';
import { hex } from '../support/hex';
import { MemoryPeer } from '../support/memory-peer';
import { memoryInUse } from '../support/memory-use';
import { ECHO_CALL } from '../support/probe-frames';
import { note, type Note, plainHandlers, Probe } from '../support/probe-service';
import { clientOpening, rawFrame, textOf } from '../support/raw-frames';

/** Held up to 800 000 bytes: two replies of 390 000, and not a third. */
const LIMITS = { messageBytesMax: 400_000, heldBytesMax: 800_000 };

describe('replies that a client does not take', () => {
  const environment = new FakeEnvironment();
  let peer: MemoryPeer;
  let log: string[];
  /** Handlers of Echo that have begun. */
  let begun: number;
  /** Whether the generator of Count has been ended. */
  let isEnded: boolean;
  /** The same for all, so that what is counted is what the runtime makes of it. */
  let reply: Note;

  beforeEach(() => {
    log = [];
    begun = 0;
    isEnded = false;
    reply = blob(390_000);
  });
  afterEach(() => peer.transport.cut());

  async function connect(limits = LIMITS): Promise<void> {
    const server = new Server({ environment, limits, log: (line) => void log.push(line) });
    server.add(Probe, {
      ...plainHandlers,
      echo: () => {
        begun++;
        return reply;
      },
    });
    server.add(Flow, {
      ...plainFlow,
      *count() {
        try {
          for (;;) yield blob(30_000);
        } finally {
          isEnded = true;
        }
      },
    });
    peer = MemoryPeer.connect(server);
    await peer.send(clientOpening());
  }

  async function call(stream: number): Promise<void> {
    const bytes = hex(ECHO_CALL);
    bytes.writeUInt32BE(stream, 4);
    await peer.send(bytes);
  }

  /** What the ENDs say so far: stream and status. */
  function ends(): number[][] {
    return peer.framesOf(4).map(({ stream, code }) => [stream, code]);
  }

  it('wait without an END when there is no room for them', async () => {
    await connect();
    for (const stream of [1, 3, 5]) await call(stream);
    expect(ends()).to.deep.equal([]);
  });

  it('give way at once to END when they are cancelled while they wait for room', async () => {
    await connect();
    for (const stream of [1, 3, 5]) await call(stream);
    await peer.send('00000002 00000005 05 00 0001 0007 0001  0000');
    expect(ends()).to.deep.equal([[5, 1]]);
  });

  it('leave no timer behind when they have gone, however long their time limit is', async () => {
    await connect();
    const bytes = hex(ECHO_CALL);
    bytes.writeUInt32BE(987_654_321, 16);
    await peer.send(bytes);
    const isKept = () => environment.timersDueInMs.includes(987_654_321);
    const wasKept = isKept();
    await peer.send('00000004 00000001 06 00 0000 0007 0001  00100000');
    expect([wasKept, ends(), isKept()]).to.deep.equal([true, [[1, 0]], false]);
  });

  it('keep the handlers of more calls from beginning', async () => {
    await connect();
    for (const stream of [1, 3, 5, 7, 9]) await call(stream);
    expect(begun).to.equal(3);
  });

  it('let them begin in turn when they go', async () => {
    await connect();
    for (const stream of [1, 3, 5, 7, 9]) await call(stream);
    for (const stream of ['1', '3', '5', '7', '9']) {
      await peer.send(`00000004 0000000${stream} 06 00 0000 0007 0001  00100000`);
    }
    expect([begun, ends()]).to.deep.equal([5, [1, 3, 5, 7, 9].map((stream) => [stream, 0])]);
  });

  it('keep no call from ending that is cancelled before it could begin', async () => {
    await connect();
    for (const stream of [1, 3, 5, 7]) await call(stream);
    await peer.send('00000002 00000007 05 00 0001 0007 0001  0000');
    const found = ends();
    for (const stream of ['1', '3', '5']) {
      await peer.send(`00000004 0000000${stream} 06 00 0000 0007 0001  00100000`);
    }
    expect([found, begun]).to.deep.equal([[[7, 1]], 3]);
  });

  it('keep a call that streams from beginning no more than any other', async () => {
    await connect();
    for (const stream of [1, 3, 5]) await call(stream);
    await peer.send('00000006 00000007 02 00 0000 0008 0004  00000000 0000');
    await peer.send('0000000d 00000007 03 04 0000 0008 0004  00000001 78 00000000 00000000');
    expect(peer.framesOf(3).filter(({ stream }) => stream === 7)).to.have.length(1);
  });

  it('make room for the next when they are cancelled', async () => {
    await connect();
    for (const stream of [1, 3, 5]) await call(stream);
    await peer.send('00000002 00000001 05 00 0001 0007 0001  0000');
    await peer.send('00000004 00000005 06 00 0000 0007 0001  00100000');
    expect(ends()).to.deep.equal([
      [1, 1],
      [5, 0],
    ]);
  });

  it('end a stream of replies that can be held no more, and its generator', async () => {
    await connect();
    for (const stream of [1, 3]) await call(stream);
    const payload = hex('00000000 0000 00000000 00000000 00000000');
    await peer.send(rawFrame({ stream: 5, type: 2, flags: 5, service: 8, method: 2, payload }));
    expect([ends(), isEnded]).to.deep.equal([[[5, 8]], true]);
  });

  it('say why such a stream was ended', async () => {
    await connect();
    for (const stream of [1, 3]) await call(stream);
    const payload = hex('00000000 0000 00000000 00000000 00000000');
    await peer.send(rawFrame({ stream: 5, type: 2, flags: 5, service: 8, method: 2, payload }));
    expect(textOf(peer.framesOf(4)[0]!.payload, 0)).to.match(
      /^the connection holds too much unsent/,
    );
  });

  it('are held up to the limit for a peer that reads nothing, however many it calls for', async () => {
    reply = blob(65_000);
    await connect({ messageBytesMax: 100_000, heldBytesMax: 5_000_000 });
    peer.transport.stall();
    collectGarbage();
    const { bufferBytes } = await memoryInUse();
    const calls = Array.from({ length: 1_000 }, (_, index) => {
      const bytes = hex(ECHO_CALL);
      bytes.writeUInt32BE(2 * index + 1, 4);
      return bytes;
    });
    await peer.send(Buffer.concat(calls));
    await settle(100);
    collectGarbage();
    expect((await memoryInUse()).bufferBytes - bufferBytes).to.be.below(10_000_000);
  });

  it('come all when the peer reads again', async () => {
    reply = blob(65_000);
    await connect({ messageBytesMax: 100_000, heldBytesMax: 5_000_000 });
    peer.transport.stall();
    for (let index = 0; index < 200; index++) await call(2 * index + 1);
    peer.transport.goOn();
    await settle(5_000);
    const bytes = peer.frames.reduce((sum, { length }) => sum + (length > 60_000 ? length : 0), 0);
    expect([peer.framesOf(4).length, Math.floor(bytes / 65_000)]).to.deep.equal([200, 200]);
  });
});

describe('a client that is turned away', () => {
  it('is read to its end, and then gone without a wait', async () => {
    const environment = new FakeEnvironment();
    const server = new Server({
      environment,
      log: () => undefined,
      authenticate: () => Promise.reject(new RpcError(StatusCode.UNAUTHENTICATED, 'no')),
    });
    server.add(Probe, { ...plainHandlers, echo: () => note('') });
    const peer = MemoryPeer.connect(server);
    await peer.send(clientOpening());
    await peer.send(ECHO_CALL);
    peer.transport.endWrite();
    await settle();
    expect([peer.goaways.map(({ code }) => code), peer.isClosed]).to.deep.equal([[16], true]);
  });
});
