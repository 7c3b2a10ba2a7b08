import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { Outbox, type DataSource } from '../../src/rpc/outbox';
import { takeBuffer } from '../../src/wire/long-buffers';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Wire } from '../support/wire';

describe('a frame that goes by itself', () => {
  let wire: Wire;
  let outbox: Outbox;

  beforeEach(() => {
    wire = new Wire();
    outbox = new Outbox(wire, new FakeEnvironment(), 1_000, {
      onEndsSent: () => undefined,
      onPeerNotReading: () => undefined,
    });
  });

  function control(text: string): void {
    outbox.control((writer) => writer.raw(Buffer.from(text)));
  }

  /** Sends `text` from where it lies, as soon as it may. */
  const apart = (text: string): DataSource => ({
    writeFrame() {
      if (!outbox.makeWay()) return true;
      outbox.sendApart(Buffer.from(text));
      return false;
    },
  });

  it('follows what was written before it', async () => {
    outbox.enqueue(apart('long'));
    control('a');
    await settle(2);
    expect(wire.writes).to.deep.equal(['a', 'long']);
  });

  it('does not wait for what is written after it', async () => {
    outbox.enqueue(apart('long'));
    outbox.enqueue({
      writeFrame(writer) {
        writer.raw(Buffer.from('d'));
        return false;
      },
    });
    await settle(2);
    expect(wire.writes).to.deep.equal(['long', 'd']);
  });

  it('waits for a socket that took what was before it and no more', async () => {
    wire.isBusy = true;
    outbox.enqueue(apart('long'));
    control('a');
    await settle(2);
    const before = [...wire.writes];
    wire.isBusy = false;
    outbox.onDrained();
    expect([before, wire.writes]).to.deep.equal([['a'], ['a', 'long']]);
  });

  it('lets no other write until the socket has sent it', async () => {
    wire.isBusy = true;
    outbox.enqueue(apart('long'));
    await settle(2);
    control('a');
    await settle(2);
    const before = [...wire.writes];
    wire.isBusy = false;
    outbox.onDrained();
    expect([before, wire.writes]).to.deep.equal([['long'], ['long', 'a']]);
  });

  it('goes no more than 16 times before others may read', () => {
    for (let count = 0; count < 20; count++) outbox.enqueue(apart('long'));
    outbox.release();
    expect(wire.writes).to.have.length(16);
  });

  it('has its buffer kept until the socket has sent it', async () => {
    const buffer = Buffer.alloc(200_000);
    wire.isBusy = true;
    outbox.enqueue(apart('long'));
    await settle(2);
    outbox.giveBack(buffer);
    const before = takeBuffer(200_000).buffer === buffer.buffer;
    wire.isBusy = false;
    outbox.onDrained();
    expect([before, takeBuffer(200_000).buffer === buffer.buffer]).to.deep.equal([false, true]);
  });
});
