/**
 * The number of the next order.
 * @param isTaken whether a pending order has it
 */
export type OrderNumbers = (isTaken: (number: number) => boolean) => number;

/** 1, 2, 3 ... in the sequence in which orders are made. @param last the last one given */
export function consecutive(last = 0): OrderNumbers {
  let number = last;
  return () => (number += 1);
}

const DRAWN_BYTES = 7;
const HIGH_MASK = 2 ** 29 - 1;
const LOW_RANGE = 2 ** 24;

/** Loads node:crypto, which a server that numbers its orders consecutively does without. */
function randomBytes(count: number): Buffer {
  return process.getBuiltinModule('node:crypto').randomBytes(count);
}

/**
 * Any number from 1 to 2^53 - 1, as likely as any other: 53 bits that cannot be guessed from the
 * numbers given before. More does not fit the .proto, whose numbers are JavaScript's.
 */
export function drawn(random = randomBytes): OrderNumbers {
  return (isTaken) => {
    for (;;) {
      const bytes = random(DRAWN_BYTES);
      const high = bytes.readUInt32BE(0) & HIGH_MASK;
      const number = high * LOW_RANGE + bytes.readUIntBE(4, 3);
      if (number !== 0 && !isTaken(number)) return number;
    }
  };
}
