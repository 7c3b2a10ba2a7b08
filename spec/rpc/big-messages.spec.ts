import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { settle } from '../support/fake-environment';
import { MemoryProbe } from '../support/memory-probe';
import { Note, type ProbeHandlers } from '../support/probe-service';
import { failureOf } from '../support/outcome';
import { parseFrames } from '../support/raw-frames';

const MIB = 1_048_576;
/** Bytes of a note besides its blob: three u32. */
const NOTE_OVERHEAD = 12;

/** A note that is `messageBytes` long on the wire. */
function noteOf(messageBytes: number): Note {
  const blob = Buffer.alloc(messageBytes - NOTE_OVERHEAD);
  for (let at = 0; at < blob.length; at += 4_099) blob[at] = at;
  return Note.create({ blob });
}

function sizes(bytes: readonly Buffer[], type: number): number[] {
  const frames = parseFrames(Buffer.concat(bytes).subarray(8));
  return frames.filter((frame) => frame.type === type).map(({ length }) => length);
}

describe('big messages', () => {
  let memory: MemoryProbe;
  afterEach(() => memory.stop());

  it('go both ways at once, 4 MiB each, and come as they were', async () => {
    memory = new MemoryProbe();
    const request = noteOf(4 * MIB);
    const replies = await Promise.all([1, 2, 3].map(() => memory.probe.echo(request)));
    expect(replies.every((reply) => Buffer.from(reply.blob).equals(request.blob))).to.equal(true);
  });

  it('go through a network that takes 1 000 bytes and delivers 700 at a time', async () => {
    memory = new MemoryProbe({ pair: { capacityBytes: 1_000, chunkBytes: () => 700 } });
    const request = noteOf(500_000);
    const reply = await memory.probe.echo(request);
    expect(Buffer.from(reply.blob).equals(request.blob)).to.equal(true);
  });

  it('go as full frames and the rest', async () => {
    memory = new MemoryProbe({ pair: { records: true } });
    await memory.probe.echo(noteOf(150_000));
    expect(sizes(memory.serverEnd.received, 3)).to.deep.equal([65_536, 65_536, 18_928]);
  });

  it('need CREDIT once they are over the first window', async () => {
    memory = new MemoryProbe({ pair: { records: true } });
    await memory.probe.echo(noteOf(MIB));
    expect(sizes(memory.clientEnd.received, 6)).to.have.length.greaterThan(0);
  });

  it('need one CREDIT each way when one so long has gone before', async () => {
    memory = new MemoryProbe({ pair: { records: true } });
    const count = () =>
      [memory.clientEnd, memory.serverEnd].map((end) => sizes(end.received, 6).length);
    await memory.probe.echo(noteOf(MIB));
    const first = count();
    await memory.probe.echo(noteOf(MIB));
    expect(count().map((all, end) => all - first[end]!)).to.deep.equal([1, 1]);
  });

  it('do not keep short ones waiting that come behind them on another stream', async () => {
    memory = new MemoryProbe({ pair: { capacityBytes: 65_536 } });
    const done: string[] = [];
    await Promise.all([
      memory.probe.echo(noteOf(4 * MIB)).then(() => done.push('long')),
      memory.probe.echo(noteOf(70_000)).then(() => done.push('short')),
    ]);
    expect(done).to.deep.equal(['short', 'long']);
  });

  it('go in the CALL itself while they fit', async () => {
    memory = new MemoryProbe({ pair: { records: true } });
    await memory.probe.echo(noteOf(65_536 - 6));
    expect(sizes(memory.serverEnd.received, 2)).to.deep.equal([65_536]);
  });

  it('go as DATA when they are one byte too long for the CALL', async () => {
    memory = new MemoryProbe({ pair: { records: true } });
    await memory.probe.echo(noteOf(65_536 - 5));
    expect([
      sizes(memory.serverEnd.received, 2),
      sizes(memory.serverEnd.received, 3),
    ]).to.deep.equal([[6], [65_531]]);
  });

  it('come in the END itself while they fit', async () => {
    memory = new MemoryProbe({ pair: { records: true } });
    await memory.probe.echo(noteOf(65_536 - 2));
    expect(sizes(memory.clientEnd.received, 4)).to.deep.equal([65_536]);
  });

  it('come as DATA and an END without a message when they are one byte too long for it', async () => {
    memory = new MemoryProbe({ pair: { records: true } });
    await memory.probe.echo(noteOf(65_536 - 1));
    expect([
      sizes(memory.clientEnd.received, 3),
      sizes(memory.clientEnd.received, 4),
    ]).to.deep.equal([[65_535], [2]]);
  });
});

describe('the limit of a message', () => {
  let memory: MemoryProbe;
  afterEach(() => memory.stop());

  const big: Partial<ProbeHandlers> = { echo: ({ text }) => noteOf(Number(text)) };

  for (const messageBytes of [1_000, 100_000]) {
    const limits = { messageBytesMax: messageBytes };
    it(`takes a request of exactly ${messageBytes} bytes`, async () => {
      memory = new MemoryProbe({ serverLimits: limits });
      const reply = await memory.probe.echo(noteOf(messageBytes));
      expect(reply.blob).to.have.length(messageBytes - NOTE_OVERHEAD);
    });

    it(`refuses a request of one byte over ${messageBytes} at the client`, async () => {
      memory = new MemoryProbe({ serverLimits: limits });
      await memory.probe.echo(noteOf(100));
      const { code, isLocal, mayHaveActed } = await failureOf(
        memory.probe.echo(noteOf(messageBytes + 1)),
      );
      expect([code, isLocal, mayHaveActed]).to.deep.equal([8, true, false]);
    });

    it(`refuses a request of one byte over ${messageBytes} at a server not yet known`, async () => {
      memory = new MemoryProbe({ serverLimits: limits });
      const { code, isLocal, text } = await failureOf(memory.probe.echo(noteOf(messageBytes + 1)));
      expect([code, isLocal, text.slice(0, 17)]).to.deep.equal([8, false, 'MESSAGE_TOO_LONG:']);
    });

    it(`takes a reply of exactly ${messageBytes} bytes`, async () => {
      memory = new MemoryProbe({ clientLimits: limits, handlers: big });
      const reply = await memory.probe.echo(Note.create({ text: String(messageBytes) }));
      expect(reply.blob).to.have.length(messageBytes - NOTE_OVERHEAD);
    });

    it(`refuses a reply of one byte over ${messageBytes} at the server`, async () => {
      memory = new MemoryProbe({ clientLimits: limits, handlers: big });
      const { code, isLocal, text } = await failureOf(
        memory.probe.echo(Note.create({ text: String(messageBytes + 1) })),
      );
      expect([code, isLocal, text]).to.deep.equal([
        8,
        false,
        `the message has ${messageBytes + 1} bytes; the peer takes at most ${messageBytes}`,
      ]);
    });
  }

  it('refuses a request over the assumed 4 MiB before anything is known of the server', async () => {
    memory = new MemoryProbe();
    const { code, isLocal, mayHaveActed } = await failureOf(memory.probe.echo(noteOf(4 * MIB + 1)));
    expect([code, isLocal, mayHaveActed]).to.deep.equal([8, true, false]);
  });

  it('refuses a reply that is longer than all that the server may hold', async () => {
    const serverLimits = { messageBytesMax: 100_000, heldBytesMax: 200_000 };
    memory = new MemoryProbe({ serverLimits, handlers: big });
    await memory.probe.echo(Note.create({ text: '100' }));
    const { code, isLocal } = await failureOf(memory.probe.echo(Note.create({ text: '200001' })));
    expect([code, isLocal]).to.deep.equal([8, false]);
  });

  it('leaves the connection usable when it was passed', async () => {
    memory = new MemoryProbe({ serverLimits: { messageBytesMax: 100_000 } });
    await failureOf(memory.probe.echo(noteOf(200_000)));
    await memory.probe.echo(noteOf(100_000));
    expect(memory.pairs).to.have.length(1);
  });
});

describe('a big message that nobody wants any more', () => {
  let memory: MemoryProbe;
  afterEach(() => memory.stop());

  const replying: Partial<ProbeHandlers> = {
    echo: ({ text }) => noteOf(text === '' ? 100 : Number(text)),
  };

  it('leaves its slot to others when its reply is cancelled half way', async () => {
    memory = new MemoryProbe({ serverLimits: { streamsMax: 1 }, handlers: replying });
    const controller = new AbortController();
    await memory.probe.echo(Note.create());
    const call = memory.probe.echo(Note.create({ text: String(3 * MIB) }), controller);
    memory.clientEnd.stall();
    await settle();
    controller.abort();
    memory.clientEnd.goOn();
    await failureOf(call);
    expect((await memory.probe.echo(Note.create())).blob).to.have.length(88);
  });

  it('leaves its slot to others when its reply is late', async () => {
    memory = new MemoryProbe({ serverLimits: { streamsMax: 1 }, handlers: replying });
    await memory.probe.echo(Note.create());
    const call = memory.probe.echo(Note.create({ text: String(3 * MIB) }), { timeoutMs: 10 });
    memory.clientEnd.stall();
    const failed = failureOf(call);
    await memory.environment.advance(10);
    memory.clientEnd.goOn();
    await failed;
    expect((await memory.probe.echo(Note.create())).blob).to.have.length(88);
  });

  it('leaves its slot to others when its request is cancelled half way', async () => {
    memory = new MemoryProbe({ serverLimits: { streamsMax: 1 }, pair: { capacityBytes: 70_000 } });
    const controller = new AbortController();
    await memory.probe.echo(noteOf(100));
    memory.serverEnd.stall();
    const cancelled = failureOf(memory.probe.echo(noteOf(3 * MIB), { signal: controller.signal }));
    await settle();
    controller.abort();
    memory.serverEnd.goOn();
    await cancelled;
    expect((await memory.probe.echo(noteOf(100))).blob).to.have.length(88);
  });
});
