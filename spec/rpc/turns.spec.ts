import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { Next, Turns, type DataSource } from '../../src/rpc/turns';
import { ByteWriter } from '../../src/wire/byte-writer';

/** Sends messages of so many frames each, and writes a letter for every frame. */
function source(letter: string, ...messages: number[]): DataSource {
  const left = [...messages];
  return {
    writeFrame(writer) {
      writer.raw(Buffer.from(letter));
      left[0]! -= 1;
      if (left[0]! > 0) return Next.REST;
      left.shift();
      return left.length > 0 ? Next.MESSAGE : Next.NOTHING;
    },
  };
}

describe('Turns', () => {
  let turns: Turns;
  let writer: ByteWriter;
  beforeEach(() => {
    turns = new Turns();
    writer = new ByteWriter();
  });

  /** The frames in their order, so many of those that wait for each of a message that has begun. */
  function all(waitingMax = Infinity): string {
    while (!turns.isEmpty) {
      for (let i = 0; i < waitingMax && turns.writeFrame(writer); i++);
      turns.writeRest(writer);
    }
    return writer.written().toString();
  }

  it('go round among messages of one frame', () => {
    turns.add(source('a', 1, 1, 1), false);
    turns.add(source('b', 1, 1), false);
    turns.add(source('c', 1), false);
    expect(all()).to.equal('abcaba');
  });

  it('let all messages begin, and finish one after the other', () => {
    turns.add(source('a', 4), false);
    turns.add(source('b', 3), false);
    turns.add(source('c', 2), false);
    expect(all()).to.equal('abcaaabbc');
  });

  it('give one turn to a message that has begun, however many wait', () => {
    turns.add(source('a', 3), false);
    turns.add(source('b', 1, 1, 1, 1), false);
    expect(all(2)).to.equal('ababbab');
  });

  it('go to the next message that has begun after 32 frames', () => {
    turns.add(source('a', 40), false);
    turns.add(source('b', 3), false);
    expect(all()).to.equal('ab' + 'a'.repeat(32) + 'bb' + 'a'.repeat(7));
  });

  it('go on with a message that had to stop before others', () => {
    turns.add(source('a', 3), false);
    turns.writeFrame(writer);
    turns.add(source('b', 2), true);
    expect(all()).to.equal('abbaa');
  });

  it('count who is added twice once', () => {
    const one = source('a', 3);
    turns.add(one, false);
    turns.writeFrame(writer);
    turns.add(one, true);
    turns.add(one, false);
    expect(all()).to.equal('aaa');
  });

  it('are not given to who has left, in the middle of a message or before', () => {
    const [one, two] = [source('a', 2), source('b', 2)];
    turns.add(one, false);
    turns.writeFrame(writer);
    turns.add(two, false);
    turns.delete(one);
    turns.delete(two);
    expect([turns.isEmpty, all()]).to.deep.equal([true, 'a']);
  });

  it('are given to nobody after clear()', () => {
    turns.add(source('a', 2), false);
    turns.writeFrame(writer);
    turns.add(source('b', 2), false);
    turns.clear();
    expect([turns.isEmpty, all()]).to.deep.equal([true, 'a']);
  });

  it('send the frames that turns of one frame each would, in another order', () => {
    const message = fc.integer({ min: 1, max: 70 });
    const messages = fc.array(fc.array(message, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 4 }), (lists, waitingMax) => {
        turns = new Turns();
        writer = new ByteWriter();
        const letters = lists.map((_, i) => 'abcdef'[i] as string);
        lists.forEach((list, i) => turns.add(source(letters[i] as string, ...list), false));
        const inTurn = letters.flatMap((letter, i) =>
          Array.from({ length: lists[i]!.reduce((sum, count) => sum + count, 0) }, () => letter),
        );
        expect(Array.from(all(waitingMax)).sort().join('')).to.equal(inTurn.join(''));
      }),
    );
  });
});
