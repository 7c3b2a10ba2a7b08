import { expect } from 'chai';
import fc from 'fast-check';
import { ARITHMETIC, MathRefusal } from '../../../src/services/math/arithmetic';

const { add, subtract, multiply, divide } = ARITHMETIC;
const MAX = Number.MAX_SAFE_INTEGER;

describe('ARITHMETIC', () => {
  const RESULTS: [string, number, number][] = [
    ['2 + 3', add(2, 3), 5],
    ['0.1 + 0.2 as a double', add(0.1, 0.2), 0.30000000000000004],
    ['the greatest whole number', add(MAX - 1, 1), MAX],
    ['2 - 3', subtract(2, 3), -1],
    ['the least whole number', subtract(-MAX + 1, 1), -MAX],
    ['-2 x 3', multiply(-2, 3), -6],
    ['7 / 2', divide(7, 2), 3.5],
    ['0 / 7', divide(0, 7), 0],
  ];
  for (const [what, found, expected] of RESULTS) {
    it(`has ${what}`, () => expect(found).to.equal(expected));
  }

  const REFUSED: [string, () => number, RegExp][] = [
    ['a sum of whole numbers that would be rounded', () => add(MAX, 1), /9007199254740991/],
    ['a difference that would be rounded', () => subtract(-MAX, 1), /9007199254740991/],
    ['a product that would be rounded', () => multiply(MAX, 2), /9007199254740991/],
    ['a product that no double holds', () => multiply(1e200, 1.5e200), /too big/],
    ['a quotient that no double holds', () => divide(1e308, 1e-308), /too big/],
    ['a division by zero', () => divide(7, 0), /^7 divided by zero$/],
    ['a division by -0', () => divide(7, -0), /divided by zero/],
    ['0 / 0', () => divide(0, 0), /divided by zero/],
    ['NaN as a', () => add(NaN, 1), /^a is no number: NaN$/],
    ['Infinity as b', () => multiply(1, Infinity), /^b is no number: Infinity$/],
  ];
  for (const [what, run, text] of REFUSED) {
    it(`refuses ${what}`, () => expect(run).to.throw(MathRefusal, text));
  }

  it('is exact or refuses, for any two whole numbers', () => {
    const whole = fc.maxSafeInteger();
    const exactly = {
      add: (a: bigint, b: bigint) => a + b,
      multiply: (a: bigint, b: bigint) => a * b,
    };
    fc.assert(
      fc.property(whole, whole, fc.constantFrom('add', 'multiply'), (a, b, name) => {
        const expected = exactly[name](BigInt(a), BigInt(b));
        const fits = expected >= -BigInt(MAX) && expected <= BigInt(MAX);
        if (fits) expect(BigInt(ARITHMETIC[name](a, b))).to.equal(expected);
        else expect(() => ARITHMETIC[name](a, b)).to.throw(MathRefusal);
      }),
    );
  });
});
