import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { HeldBytes } from '../../src/rpc/held-bytes';
import { MessageReceiver, type ReceiverHost } from '../../src/rpc/message-receiver';
import { MessageRoom } from '../../src/rpc/message-room';
import { frameCost, SendWindow } from '../../src/rpc/window';
import { Flag } from '../../src/wire/frame';

const FULL = 65_536;
const MIB = 1_048_576;

/** A stream of nothing but its receiving half, and its peer's window. */
class End implements ReceiverHost {
  readonly messageBytesMax = 4 * MIB;
  readonly isOldestUnfinished = true;
  readonly held: HeldBytes;
  readonly messages: Buffer[] = [];
  readonly credits: number[] = [];
  readonly peer = new SendWindow();
  readonly receiver: MessageReceiver;
  wantsMessage = true;

  constructor(
    readonly heldBytesMax = 32 * MIB,
    readonly room = new MessageRoom(),
  ) {
    this.held = new HeldBytes(heldBytesMax, { onHalf: () => undefined });
    this.receiver = new MessageReceiver(this);
  }

  onUnfinished(): void {
    // There is no other stream.
  }

  onMessage(bytes: Buffer, start: number, end: number, costBytes: number): void {
    this.messages.push(Buffer.from(bytes.subarray(start, end)));
    this.receiver.earn(costBytes);
  }

  sendCredit(creditBytes: number): void {
    this.credits.push(creditBytes);
    this.peer.grant(creditBytes);
  }

  get heldBytes(): number {
    let free = 0;
    for (let step = 2 ** 25; step >= 1; step /= 2) if (this.held.take(step)) free += step;
    this.held.give(free);
    return this.heldBytesMax - free;
  }

  /** Send fragments of a message as far as there is credit; answers how many bytes went. */
  send(message: Buffer, fragmentBytes = FULL, from = 0, to = message.length): number {
    for (let at = from; at < to; at += fragmentBytes) {
      const end = Math.min(at + fragmentBytes, message.length);
      if (!this.peer.spend(end - at)) return at;
      const flags = (at === 0 ? Flag.MSG : 0) | (end < message.length ? Flag.MORE : 0);
      this.receiver.receive(flags, message, at, end);
    }
    return message.length;
  }
}

function messageOf(bytes: number): Buffer {
  const message = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 997) message[at] = at;
  return message;
}

describe('MessageReceiver', () => {
  const long = messageOf(MIB);
  /** What the rest of it costs when its first fragment is there. */
  const restCost = 15 * frameCost(FULL);

  it('gives credit as it is earned for the first long message', () => {
    const end = new End();
    expect(end.send(long)).to.equal(MIB);
    expect(end.credits).to.deep.equal(new Array(8).fill(2 * frameCost(FULL)));
  });

  it('gives the credit of the next at its first fragment', () => {
    const end = new End();
    end.send(long);
    end.credits.length = 0;
    end.send(long, FULL, 0, FULL);
    expect(end.credits).to.deep.equal([restCost]);
    expect([end.heldBytes, end.send(long, FULL, FULL)]).to.deep.equal([
      FULL + 14 * frameCost(FULL),
      MIB,
    ]);
    expect(end.credits).to.deep.equal([restCost]);
  });

  it('gives it where the fragment begins, when room is asked for', () => {
    const end = new End();
    end.send(long);
    end.credits.length = 0;
    end.receiver.roomFor(Flag.MSG | Flag.MORE, FULL);
    end.receiver.roomFor(Flag.MSG | Flag.MORE, FULL);
    expect(end.credits).to.deep.equal([restCost]);
  });

  it('holds nothing when all has come, or when the call is over', () => {
    const end = new End();
    end.send(long);
    end.send(long);
    const after = end.heldBytes;
    end.send(long, FULL, 0, 3 * FULL);
    const within = end.heldBytes;
    end.receiver.drop();
    expect([after, within, end.heldBytes]).to.deep.equal([0, 3 * FULL + 12 * frameCost(FULL), 0]);
  });

  it('gives none ahead to a message that nobody waits for', () => {
    const end = new End();
    end.send(long);
    end.credits.length = 0;
    end.wantsMessage = false;
    end.send(long, FULL, 0, 2 * FULL);
    expect(end.credits).to.deep.equal([]);
  });

  it('gives none ahead beyond a quarter of what may be held', () => {
    const end = new End(4 * MIB);
    end.send(long);
    end.credits.length = 0;
    end.held.take(2 * FULL);
    end.send(long, FULL, 0, FULL);
    expect(end.credits).to.deep.equal([]);
  });

  it('gives no more ahead to a peer that ends its messages early', () => {
    const end = new End();
    end.send(long);
    end.credits.length = 0;
    for (let i = 0; i < 10; i++) {
      end.room.end(Object.assign(end.room.begin(MIB), { have: MIB }), true);
      end.send(messageOf(2), 1);
    }
    const given = end.credits.reduce((sum, credit) => sum + credit, 0);
    expect(given).to.be.below(restCost + 2 * FULL);
  });

  it('never disagrees with its peer, and takes what it would take without credit ahead', () => {
    const bytes = fc.integer({ min: 1, max: 700_000 });
    const part = fc.integer({ min: 20_000, max: FULL });
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, part), { maxLength: 8 }), (list) => {
        const end = new End();
        for (const [length, fragmentBytes] of list) {
          const naive = new End();
          const message = messageOf(length);
          expect([
            end.send(message, fragmentBytes),
            naive.send(message, fragmentBytes),
          ]).to.deep.equal([length, length]);
          expect(end.messages.at(-1)!.equals(naive.messages[0]!)).to.equal(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
