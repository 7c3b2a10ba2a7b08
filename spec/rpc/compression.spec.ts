import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { blob, type FlowHandlers } from '../support/flow-service';
import { hex } from '../support/hex';
import { MemoryFlow, type MemoryFlowOptions } from '../support/memory-flow';
import { MemoryPeer } from '../support/memory-peer';
import { failureOf } from '../support/outcome';
import { note } from '../support/probe-service';
import { PREFACE_HEX, textOf } from '../support/raw-frames';

/** A hundred zero bytes, as docs/PROTOCOL.md §7.6 has them. */
const HUNDRED_ZEROS = '00000064 63 60 a0 3d 00 00';

/** Reads nothing, and ends when nobody waits any more. */
const untilAborted: FlowHandlers['collect'] = (_requests, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

describe('compressed messages', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  const COMPRESSED = 0x08;

  function start(options: MemoryFlowOptions = {}, compressedBytesMin = 100): void {
    const both = { compressedBytesMin };
    memory = new MemoryFlow({
      ...options,
      server: { ...both, ...options.server },
      channel: { ...both, ...options.channel },
    });
  }

  /** The flag COMPRESSED and the length of each frame of one type that has come. */
  function frames(end: 'clientEnd' | 'serverEnd', type: number): [boolean, number][] {
    return memory
      .frames(end, type)
      .map(({ flags, length }) => [(flags & COMPRESSED) !== 0, length]);
  }

  it('are not sent before the server has said that it can', async () => {
    start();
    await memory.flow.ask(blob(1_000));
    expect(frames('serverEnd', 2)).to.deep.equal([[false, 6 + 12 + 1_000]]);
  });

  it('go in CALL and come in END', async () => {
    start();
    await memory.flow.ask(note(''));
    const { blob: bytes } = await memory.flow.ask(blob(10_000));
    expect([
      bytes.length,
      frames('serverEnd', 2)[1]![0],
      frames('clientEnd', 4)[1]![0],
    ]).to.deep.equal([10_000, true, true]);
  });

  it('are shorter on the wire', async () => {
    start();
    await memory.flow.ask(note(''));
    await memory.flow.ask(blob(10_000));
    expect(frames('serverEnd', 2)[1]![1]).to.be.below(100);
  });

  it('are those that are long enough', async () => {
    start({}, 112);
    await memory.flow.ask(note(''));
    await memory.flow.ask(blob(99));
    await memory.flow.ask(blob(100));
    expect(frames('serverEnd', 2).map(([is]) => is)).to.deep.equal([false, false, true]);
  });

  it('are not those that would not be shorter', async () => {
    start({}, 1);
    await memory.flow.ask(note(''));
    await memory.flow.ask(note('ab'));
    expect(frames('serverEnd', 2).map(([is]) => is)).to.deep.equal([false, false]);
  });

  for (const [title, options] of [
    ['only the client can', { channel: { compressedBytesMin: 100 } }],
    ['only the server can', { server: { compressedBytesMin: 100 } }],
  ] as const) {
    it(`are not sent when ${title}`, async () => {
      memory = new MemoryFlow(options);
      await memory.flow.ask(note(''));
      await memory.flow.ask(blob(1_000));
      const all = [...frames('serverEnd', 2), ...frames('clientEnd', 4)].map(([is]) => is);
      expect(all).to.deep.equal([false, false, false, false]);
    });
  }

  it('go in DATA both ways', async () => {
    start();
    const call = memory.flow.chat();
    await call.send(note(''));
    await call.next();
    await call.send(blob(10_000));
    const { value } = await call.next();
    expect([
      value?.blob.length,
      frames('serverEnd', 3)[1]![0],
      frames('clientEnd', 3)[1]![0],
    ]).to.deep.equal([10_000, true, true]);
  });

  /** Bytes that compress to about three quarters. */
  const noisy = (size: number): Uint8Array => randomBytes(size).map((byte) => byte & 0x3f);

  it('go in fragments, of which only the first says so', async () => {
    start();
    await memory.flow.ask(note(''));
    const bytes = noisy(400_000);
    const reply = await memory.flow.ask({ ...note(''), blob: bytes });
    const flags = frames('serverEnd', 3).map(([is]) => is);
    expect([
      Buffer.compare(reply.blob, bytes),
      flags[0],
      flags.slice(1).includes(true),
    ]).to.deep.equal([0, true, false]);
  });

  it('stream in any number, longer than the credit when inflated', async () => {
    start();
    await memory.flow.ask(note(''));
    const call = memory.flow.collect();
    for (let at = 0; at < 50; at++) await call.send({ ...blob(100_000), text: String(at) });
    expect((await call.finish()).text.split(',')).to.have.length(50);
  });

  it('count as inflated while nobody reads them', async () => {
    const limits = { heldBytesMax: 2_000_000, messageBytesMax: 1_000_000 };
    start({ handlers: { collect: untilAborted }, server: { limits } });
    await memory.flow.ask(note(''));
    const call = memory.flow.collect();
    for (let at = 0; at < 3; at++) await call.send(blob(900_000));
    const { code, text } = await failureOf(call.finish());
    expect([code, text.split(':')[0]]).to.deep.equal([8, 'MEMORY_EXHAUSTED']);
  });

  it('are held no longer than they are unread', async () => {
    const limits = { heldBytesMax: 2_000_000, messageBytesMax: 1_000_000 };
    start({ server: { limits } });
    await memory.flow.ask(note(''));
    const call = memory.flow.chat();
    const sizes: number[] = [];
    for (let at = 0; at < 10; at++) {
      await call.send(blob(900_000));
      sizes.push((await call.next()).value!.blob.length);
    }
    expect(sizes).to.deep.equal(Array.from({ length: 10 }, () => 900_000));
  });
});

describe('a client that compresses', () => {
  let memory: MemoryFlow;
  let peer: MemoryPeer;
  afterEach(() => memory.stop());

  const HELLO = (capabilities: string): string =>
    `${PREFACE_HEX} 00000016 00000000 01 00 0000 0000 0000` +
    ` 0001 0001 00400000 00000400 00002710 ${capabilities} 0000`;
  /** CALL of 8.1 (Ask), whole and compressed; its message begins at byte 22. */
  const ask = (message: string): string => {
    const length = (6 + hex(message).length).toString(16).padStart(8, '0');
    return `${length} 00000001 02 0d 0000 0008 0001  00000000 0000 ${message}`;
  };

  async function begin(capabilities: string, compressedBytesMin?: number): Promise<void> {
    const server = compressedBytesMin === undefined ? {} : { compressedBytesMin };
    memory = new MemoryFlow({ server });
    peer = MemoryPeer.connect(memory.server);
    await peer.send(HELLO(capabilities));
  }

  async function rule(frames: string): Promise<string | undefined> {
    await peer.send(frames);
    const [end] = peer.framesOf(4);
    return end && `${end.code} ${textOf(end.payload, 0).split(':')[0]}`;
  }

  it('is answered', async () => {
    await begin('00000001', 1_000);
    await peer.send(ask(HUNDRED_ZEROS));
    expect(peer.framesOf(4).map(({ code }) => code)).to.deep.equal([0]);
  });

  it('is told COMPRESSION_NOT_AGREED by a server that does not', async () => {
    await begin('00000001');
    await peer.send(ask(HUNDRED_ZEROS));
    expect(peer.goaways[0]!.text.split(':')[0]).to.equal('COMPRESSION_NOT_AGREED');
  });

  it('is told COMPRESSION_NOT_AGREED when it has not said so', async () => {
    await begin('00000000', 1_000);
    await peer.send(ask(HUNDRED_ZEROS));
    expect(peer.goaways[0]!.text.split(':')[0]).to.equal('COMPRESSION_NOT_AGREED');
  });

  it('gets MESSAGE_TOO_LONG for a bomb, on its four bytes', async () => {
    await begin('00000001', 1_000);
    expect(await rule(ask('7fffffff 63 60 a0 3d 00 00'))).to.equal('8 MESSAGE_TOO_LONG');
  });

  it('gets MESSAGE_TOO_LONG for a bomb in DATA', async () => {
    await begin('00000001', 1_000);
    await peer.send('00000006 00000001 02 00 0000 0008 0001  00000000 0000');
    const data = '0000000a 00000001 03 0d 0000 0008 0001  7fffffff 63 60 a0 3d 00 00';
    expect(await rule(data)).to.equal('8 MESSAGE_TOO_LONG');
  });

  it('gets COMPRESSION_INVALID for garbage behind its message', async () => {
    await begin('00000001', 1_000);
    expect(await rule(ask(`${HUNDRED_ZEROS} 00`))).to.equal('3 COMPRESSION_INVALID');
  });

  it('gets COMPRESSION_INVALID for a message in two fragments that is cut', async () => {
    await begin('00000001', 1_000);
    await peer.send('00000006 00000001 02 00 0000 0008 0001  00000000 0000');
    await peer.send('00000005 00000001 03 0e 0000 0008 0001  00000064 63');
    expect(await rule('00000002 00000001 03 01 0000 0008 0001  60 a0')).to.equal(
      '3 COMPRESSION_INVALID',
    );
  });

  it('is answered to a message in two fragments', async () => {
    await begin('00000001', 1_000);
    await peer.send('00000006 00000001 02 00 0000 0008 0001  00000000 0000');
    await peer.send('00000005 00000001 03 0e 0000 0008 0001  00000064 63');
    await peer.send('00000005 00000001 03 01 0000 0008 0001  60 a0 3d 00 00');
    expect(peer.framesOf(4).map(({ code }) => code)).to.deep.equal([0]);
  });

  it('may call again after a broken message', async () => {
    await begin('00000001', 1_000);
    await peer.send(ask('00000064 ff'));
    await peer.send(ask(HUNDRED_ZEROS).replace('00000001 02', '00000003 02'));
    expect(peer.framesOf(4).map(({ code }) => code)).to.deep.equal([3, 0]);
  });
});
