import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { Outbox } from '../../src/rpc/outbox';
import { Next, type DataSource } from '../../src/rpc/turns';
import type { ByteWriter } from '../../src/wire/byte-writer';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { RecordingTransport } from '../support/recording-transport';

/** Writes `text` so many times, one a turn, each `size` bytes long. */
function source(text: string, times: number, size = 1): DataSource & { left: number } {
  return {
    left: times,
    writeFrame(writer) {
      writer.raw(Buffer.alloc(size, text));
      return --this.left > 0 ? Next.MESSAGE : Next.NOTHING;
    },
  };
}

describe('Outbox', () => {
  let wire: RecordingTransport;
  let outbox: Outbox;
  let endsSent: number[];
  let droppings: number;

  beforeEach(() => {
    wire = new RecordingTransport();
    endsSent = [];
    droppings = 0;
    outbox = new Outbox(wire, new FakeEnvironment(), 1_000, {
      onEndsSent: (count) => void endsSent.push(count),
      onPeerNotReading: () => (droppings += 1),
    });
  });

  const raw =
    (text: string) =>
    (writer: ByteWriter): void =>
      writer.raw(Buffer.from(text));

  function writeFrame(text: string): void {
    raw(text)(outbox.open());
    outbox.commit();
  }

  it('writes nothing before the tick ends', () => {
    writeFrame('a');
    expect(wire.writes).to.deep.equal([]);
  });

  it('writes all of one tick at once', async () => {
    writeFrame('a');
    outbox.control(raw('b'));
    writeFrame('c');
    await settle(1);
    expect(wire.writes).to.deep.equal(['abc']);
  });

  it('writes once more in the next tick', async () => {
    writeFrame('a');
    await settle(1);
    writeFrame('b');
    await settle(1);
    expect(wire.writes).to.deep.equal(['a', 'b']);
  });

  it('writes what was written while bytes were read at the end of that', () => {
    outbox.hold(100);
    writeFrame('a');
    writeFrame('b');
    const before = [...wire.writes];
    outbox.release();
    expect([before, wire.writes]).to.deep.equal([[], ['ab']]);
  });

  it('forgets a frame that was begun and not committed', async () => {
    raw('half')(outbox.open());
    writeFrame('a');
    raw('half')(outbox.open());
    await settle(1);
    expect(wire.writes).to.deep.equal(['a']);
  });

  it('forgets half a control frame, and hands on why it was not written whole', async () => {
    const write = (writer: ByteWriter): never => {
      writer.raw(Buffer.from('half'));
      throw new RangeError('too long');
    };
    expect(() => outbox.control(write)).to.throw('too long');
    outbox.control(raw('a'));
    await settle(1);
    expect(wire.writes).to.deep.equal(['a']);
  });

  it('writes at once when 64 KiB have gathered', () => {
    writeFrame('a'.repeat(65_536));
    writeFrame('b');
    expect(wire.writes.map(({ length }) => length)).to.deep.equal([65_536]);
  });

  it('is not backlogged while the socket takes all', () => {
    writeFrame('x'.repeat(65_536));
    expect(outbox.isBacklogged).to.equal(false);
  });

  describe('turns', () => {
    it('are given to DATA after control frames', async () => {
      outbox.enqueue(source('d', 2));
      outbox.control(raw('c'));
      await settle(2);
      expect(wire.writes.join('')).to.equal('cdd');
    });

    it('go round among those that wait, one frame each', async () => {
      outbox.enqueue(source('a', 3));
      outbox.enqueue(source('b', 2));
      outbox.enqueue(source('c', 1));
      await settle(2);
      expect(wire.writes.join('')).to.equal('abcaba');
    });

    it('go round also over several writes', async () => {
      const size = 40_000;
      outbox.enqueue(source('a', 3, size));
      outbox.enqueue(source('b', 3, size));
      await settle(2);
      const all = wire.writes.join('');
      const order = Array.from({ length: 6 }, (_, turn) => all[turn * size]);
      expect(order.join('')).to.equal('ababab');
    });

    it('come to a long message in every second write, however many short ones wait', async () => {
      let left = 3;
      const long: DataSource = {
        writeFrame(writer) {
          writer.raw(Buffer.from('L'));
          return --left > 0 ? Next.REST : Next.NOTHING;
        },
      };
      outbox.enqueue(long);
      outbox.enqueue(source('d', 6, 65_536));
      await settle(5);
      expect(wire.writes.map((text) => text.includes('L'))).to.deep.equal([
        true,
        true,
        false,
        true,
        false,
        false,
      ]);
    });

    it('are not given to who has left', async () => {
      const one = source('a', 1);
      outbox.enqueue(one);
      outbox.dequeue(one);
      await settle(2);
      expect(wire.writes).to.deep.equal([]);
    });

    it('let a control frame pass in front of DATA that waits', async () => {
      outbox.enqueue(source('d', 40, 65_536));
      await settle(0);
      wire.isBusy = true;
      outbox.release();
      outbox.control(raw('c'));
      wire.isBusy = false;
      outbox.onDrained();
      const before = wire.writes.slice(0, 2).map((text) => text.indexOf('c'));
      await settle(5);
      expect(before).to.deep.equal([-1, 0]);
    });

    it('leave others time to read: no more than 16 writes in one', () => {
      outbox.enqueue(source('d', 100, 65_536));
      outbox.release();
      expect(wire.writes).to.have.length(16);
    });

    it('go on after that', async () => {
      outbox.enqueue(source('d', 100, 65_536));
      outbox.release();
      await settle(20);
      expect(wire.writes).to.have.length(100);
    });
  });

  describe('when the socket is busy', () => {
    beforeEach(async () => {
      wire.isBusy = true;
      writeFrame('a');
      await settle(1);
    });

    it('writes nothing more', async () => {
      writeFrame('b');
      outbox.enqueue(source('d', 1));
      await settle(2);
      expect(wire.writes).to.deep.equal(['a']);
    });

    it('writes all that has gathered when it has drained', async () => {
      writeFrame('b');
      outbox.enqueue(source('d', 2));
      writeFrame('c');
      await settle(2);
      wire.isBusy = false;
      outbox.onDrained();
      expect(wire.writes).to.deep.equal(['a', 'bcdd']);
    });

    it('leaves the bytes alone that the socket still has', async () => {
      writeFrame('b');
      await settle(1);
      expect(wire.kept.map((bytes) => bytes.toString())).to.deep.equal(['a']);
    });

    it('takes no DATA at once', () => {
      expect(outbox.takesData).to.equal(false);
    });

    it('tells of a peer that leaves more control frames unread than the limit', () => {
      outbox.control(raw('c'.repeat(1_000)));
      const before = droppings;
      outbox.control(raw('c'));
      expect([before, droppings]).to.deep.equal([0, 1]);
    });

    it('does not count what is no control frame', () => {
      writeFrame('x'.repeat(5_000));
      outbox.control(raw('c'.repeat(1_000)));
      expect(droppings).to.equal(0);
    });

    it('is backlogged when 64 KiB wait behind what the socket has', () => {
      writeFrame('x'.repeat(65_535));
      const before = outbox.isBacklogged;
      writeFrame('x');
      expect([before, outbox.isBacklogged]).to.deep.equal([false, true]);
    });

    it('counts anew when it has drained', () => {
      outbox.control(raw('c'.repeat(1_000)));
      outbox.onDrained();
      outbox.control(raw('c'.repeat(1_000)));
      expect([wire.kept.length, droppings]).to.deep.equal([2, 0]);
    });

    it('ends our half when all has left, not before', () => {
      writeFrame('b');
      outbox.finish();
      const before = wire.isEnded;
      wire.isBusy = false;
      outbox.onDrained();
      expect([before, wire.writes, wire.isEnded]).to.deep.equal([false, ['a', 'b'], true]);
    });

    it('tells of ENDs when they have left', () => {
      writeFrame('b');
      outbox.endWritten();
      outbox.endWritten();
      const before = [...endsSent];
      wire.isBusy = false;
      outbox.onDrained();
      expect([before, endsSent]).to.deep.equal([[], [2]]);
    });
  });

  it('tells of ENDs in the socket when that has drained', async () => {
    wire.isBusy = true;
    writeFrame('a');
    outbox.endWritten();
    await settle(1);
    const before = [...endsSent];
    outbox.onDrained();
    expect([before, endsSent]).to.deep.equal([[], [1]]);
  });

  it('sends what is there when it finishes, and no DATA', () => {
    writeFrame('a');
    outbox.enqueue(source('d', 1));
    outbox.finish();
    expect([wire.writes, wire.isEnded]).to.deep.equal([['a'], true]);
  });

  it('takes no control frames once it has finished', async () => {
    outbox.finish();
    outbox.control(raw('c'));
    await settle(1);
    expect(wire.writes).to.deep.equal([]);
  });

  it('writes nothing once it is closed', async () => {
    writeFrame('a');
    outbox.enqueue(source('d', 1));
    outbox.close();
    writeFrame('b');
    await settle(2);
    expect(wire.writes).to.deep.equal([]);
  });
});
