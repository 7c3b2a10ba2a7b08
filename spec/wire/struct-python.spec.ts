import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { struct, type StructValue } from '../../src/wire/struct';
import { Python } from '../support/python-struct';

// ---- formats and values --------------------------------------------------------------------

const INTEGERS = Array.from('bBhHiIlLqQnNP');
const LETTERS = [...INTEGERS, ...Array.from('xcsp?efd')];

/** A letter with its count as written, and as many values as it takes. */
interface Item {
  readonly letter: string;
  readonly text: string;
  readonly values: StructValue[];
}

interface Case {
  readonly format: string;
  readonly letters: string[];
  readonly values: StructValue[];
}

const order = fc.constantFrom('', '@', '=', '<', '>', '!');
const space = fc.constantFrom('', '', '', ' ', '\n ', '\t');
const float = fc.oneof(
  fc.double(),
  fc.float(),
  // Around the largest, the least normal and the least of e and f
  fc.constantFrom(65_504, 65_519.999, 65_520, 2 ** -14, 2 ** -24, 2 ** -25, 2 ** -149, 2 ** -150),
  fc.constantFrom(3.4028234663852886e38, 3.4028235677973362e38, 3.4028235677973366e38),
  fc.tuple(fc.integer(), fc.integer({ min: -60, max: 0 })).map(([n, power]) => n * 2 ** power),
);
const someBytes = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes));

/** Bits of an integer's letter, and whether it is bigint in this byte order. */
function widthOf(letter: string, byteOrder: string): { bits: number; big: boolean } {
  const native = byteOrder === '' || byteOrder === '@';
  const bits = { b: 8, h: 16, i: 32, l: native ? 64 : 32 }[letter.toLowerCase()] ?? 64;
  return { bits, big: bits === 64 };
}

/** A value that fits the letter; with `beyond`, one that may be a little or far out of range. */
function valueOf(letter: string, byteOrder: string, beyond: boolean): fc.Arbitrary<StructValue> {
  if (letter === '?') return fc.boolean();
  if ('sp'.includes(letter)) return someBytes;
  if (letter === 'c') {
    return beyond ? someBytes : fc.nat(255).map((byte) => Buffer.of(byte));
  }
  if ('efd'.includes(letter)) {
    const largest = { e: 65_504, f: 3.4028234663852886e38 }[letter] ?? Infinity;
    return beyond ? float : float.filter((x) => !(Math.abs(x) > largest && Number.isFinite(x)));
  }
  const { bits, big } = widthOf(letter, byteOrder);
  const signed = letter === letter.toLowerCase();
  const min = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const max = min + 2n ** BigInt(bits) - 1n;
  const slack = beyond ? 2n : 0n;
  const near = fc.oneof(
    fc.bigInt({ min: min - slack, max: min + 2n }),
    fc.bigInt({ min: max - 2n, max: max + slack }),
    fc.bigInt({ min, max }),
  );
  const integer = beyond ? fc.oneof(near, fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })) : near;
  const right = big ? integer : integer.map(Number);
  return beyond ? fc.oneof({ weight: 9, arbitrary: right }, fc.constant(0.5), someBytes) : right;
}

function item(byteOrder: string, beyond: boolean): fc.Arbitrary<Item> {
  const native = byteOrder === '' || byteOrder === '@';
  const letters = LETTERS.filter((letter) => native || !'nNP'.includes(letter));
  return fc
    .tuple(fc.constantFrom(...letters), fc.option(fc.nat(5), { nil: undefined }), space)
    .chain(([letter, drawn, gap]) => {
      // Python 3.11 and before packs a byte beyond the end for 0p.
      const count = letter === 'p' && drawn === 0 ? undefined : drawn;
      const taken = letter === 'x' ? 0 : 'sp'.includes(letter) ? 1 : (count ?? 1);
      return fc
        .array(valueOf(letter, byteOrder, beyond), { minLength: taken, maxLength: taken })
        .map((values) => ({ letter, text: `${gap}${count ?? ''}${letter}`, values }));
    });
}

function cases(beyond: boolean): fc.Arbitrary<Case> {
  return order.chain((byteOrder) =>
    fc.array(item(byteOrder, beyond), { maxLength: 7 }).map((items) => ({
      format: byteOrder + items.map((one) => one.text).join(''),
      letters: items.flatMap((one) => one.values.map(() => one.letter)),
      values: items.flatMap((one) => one.values),
    })),
  );
}

/** As Python gets and gives it; a number is a float only where the letter is one of a float. */
function plain(value: StructValue, letter: string): unknown {
  if (typeof value === 'boolean') return { bool: value };
  if (Buffer.isBuffer(value)) return { bytes: value.toString('hex') };
  if (typeof value === 'bigint') return { int: String(value) };
  if (INTEGERS.includes(letter) && Number.isInteger(value)) return { int: String(BigInt(value)) };
  if (Number.isNaN(value)) return { float: 'nan' };
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  return { float: bits.toString('hex') };
}

function toPython({ values, letters }: Case): unknown[] {
  const nan = { float: '7ff8000000000000' };
  return values.map((value, i) => (Number.isNaN(value) ? nan : plain(value, letters[i]!)));
}

/** What `run` gives, or that it refuses as it should: never by another kind of error. */
function attempt<T>(run: () => T): T | 'refused' {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return 'refused';
    throw error;
  }
}

function unpacked(values: () => StructValue[], letters: string[]): unknown {
  return attempt(() => values().map((value, i) => plain(value, letters[i % letters.length]!)));
}

/** A case, and bytes to unpack that are as many as it wants, or one more or less. */
const casesWithBytes = cases(false).chain((one) => {
  const { size } = struct(one.format);
  return fc
    .constantFrom(size, size, size, size, Math.max(size - 1, 0), size + 1)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    .map((bytes) => ({ ...one, bytes }));
});

const havePython = spawnSync('python3', ['--version']).status === 0;
const note = havePython ? '' : ' (skipped: there is no python3 in PATH)';

describe(`struct beside the struct module of python3${note}`, function () {
  this.timeout(30_000);
  let python: Python;

  before(function () {
    if (!havePython && process.env.CI === 'true') throw new Error('no python3 in PATH');
    if (!havePython) this.skip();
    python = new Python();
  });
  after(async () => {
    if (havePython) await python.close();
  });

  it('packs the same bytes: 4 000 random formats with values in range', async () => {
    const property = fc.asyncProperty(cases(false), async (one) => {
      const ours = struct<string>(one.format).pack(...one.values);
      const theirs = await python.ask({ act: 'pack', format: one.format, values: toPython(one) });
      expect(ours.toString('hex')).to.equal(theirs);
    });
    await fc.assert(property, { numRuns: 4_000 });
  });

  it('packs the same or refuses the same: 4 000 with values at and beyond the range', async () => {
    const property = fc.asyncProperty(cases(true), async (one) => {
      const ours = attempt(() =>
        struct<string>(one.format)
          .pack(...one.values)
          .toString('hex'),
      );
      const theirs = await python.ask({ act: 'pack', format: one.format, values: toPython(one) });
      expect(ours).to.equal(theirs);
    });
    await fc.assert(property, { numRuns: 4_000 });
  });

  it('refuses the same number of values: 1 000 with one too few or too many', async () => {
    const property = fc.asyncProperty(cases(false), fc.boolean(), async (one, more) => {
      const values = more ? [...one.values, 1] : one.values.slice(0, -1);
      const wrong = { ...one, values, letters: [...one.letters, 'b'] };
      const ours = attempt(() =>
        struct<string>(one.format)
          .pack(...values)
          .toString('hex'),
      );
      const theirs = await python.ask({ act: 'pack', format: one.format, values: toPython(wrong) });
      expect(ours).to.equal(theirs);
    });
    await fc.assert(property, { numRuns: 1_000 });
  });

  it('packs into the same place: 1 000 offsets, also negative and outside', async () => {
    const offsets = fc.tuple(fc.nat(40), fc.integer({ min: -45, max: 45 }));
    const property = fc.asyncProperty(cases(false), offsets, async (one, [room, offset]) => {
      const buffer = Buffer.alloc(room, 0xee);
      const ours = attempt(() => {
        struct<string>(one.format).packInto(buffer, offset, ...one.values);
        return buffer.toString('hex');
      });
      const values = toPython(one);
      const question = { act: 'packInto', format: one.format, values, room, offset } as const;
      expect(ours).to.equal(await python.ask(question));
    });
    await fc.assert(property, { numRuns: 1_000 });
  });

  it('unpacks the same values: 4 000 random formats and bytes, some a byte off', async () => {
    const property = fc.asyncProperty(casesWithBytes, async ({ format, letters, bytes }) => {
      const ours = unpacked(() => struct<string>(format).unpack(bytes), letters);
      const text = Buffer.from(bytes).toString('hex');
      expect(ours).to.deep.equal(await python.ask({ act: 'unpack', format, bytes: text }));
    });
    await fc.assert(property, { numRuns: 4_000 });
  });

  it('unpacks from the same place: 1 000 offsets, also negative and outside', async () => {
    const property = fc.asyncProperty(
      casesWithBytes,
      fc.integer({ min: -8, max: 8 }),
      fc.uint8Array({ maxLength: 8 }),
      async ({ format, letters, bytes }, offset, rest) => {
        const buffer = Buffer.concat([rest, bytes]);
        const ours = unpacked(() => struct<string>(format).unpackFrom(buffer, offset), letters);
        const text = buffer.toString('hex');
        const question = { act: 'unpackFrom', format, bytes: text, offset } as const;
        expect(ours).to.deep.equal(await python.ask(question));
      },
    );
    await fc.assert(property, { numRuns: 1_000 });
  });

  it('unpacks one after the other: 500 random formats and bytes, some a byte off', async () => {
    const times = fc.nat(3);
    const property = fc.asyncProperty(casesWithBytes, times, async (one, count) => {
      const { format, letters } = one;
      const buffer = Buffer.concat(Array.from({ length: count }, () => one.bytes));
      const ours = unpacked(() => [...struct<string>(format).iterUnpack(buffer)].flat(), letters);
      const question = { act: 'iterUnpack', format, bytes: buffer.toString('hex') } as const;
      expect(ours).to.deep.equal(await python.ask(question));
    });
    await fc.assert(property, { numRuns: 500 });
  });

  it('takes the same formats at the same size: 4 000 made of random letters', async () => {
    // 0p, see above; F and D are letters of Python 3.14.
    const letter = fc.constantFrom(
      ...LETTERS.filter((one) => one !== 'p'),
      ...Array.from('0123456789@=<>! \tzZé€'),
    );
    const formats = fc.array(letter, { maxLength: 8 }).map((letters) => letters.join(''));
    const property = fc.asyncProperty(formats, async (format) => {
      const theirs = await python.ask({ act: 'size', format });
      expect(attempt(() => struct(format).size)).to.equal(theirs);
    });
    await fc.assert(property, { numRuns: 4_000 });
  });

  it('reads all 65 536 halves the same', async () => {
    const all = Buffer.alloc(131_072);
    for (let bits = 0; bits < 65_536; bits++) all.writeUInt16BE(bits, bits * 2);
    const ours = unpacked(() => struct<string>('!65536e').unpack(all), ['e']);
    const question = { act: 'unpack', format: '!65536e', bytes: all.toString('hex') } as const;
    expect(ours).to.deep.equal(await python.ask(question));
  });

  it('rounds the same at and around the middle of all 31 743 pairs of neighbours', async () => {
    const bytes = Buffer.alloc(31_744 * 2);
    for (let bits = 0; bits < 31_744; bits++) bytes.writeUInt16BE(bits, bits * 2);
    const halves = struct<string>('!31744e').unpack(bytes) as number[];
    const middles = halves.slice(1).map((half, i) => (half + halves[i]!) / 2);
    const values = middles.flatMap((middle) => [
      middle * (1 - 2 ** -50),
      middle,
      middle * (1 + 2 ** -50),
    ]);
    const format = `!${values.length}e`;
    const letters = values.map(() => 'e');
    const ours = struct<string>(format)
      .pack(...values)
      .toString('hex');
    const question = {
      act: 'pack',
      format,
      values: toPython({ format, letters, values }),
    } as const;
    expect(ours).to.equal(await python.ask(question));
  });
});
