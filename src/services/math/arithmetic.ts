/** Why an operation has no result. */
export class MathRefusal extends Error {
  override readonly name = 'MathRefusal';
}

export type Operation = (a: number, b: number) => number;

/**
 * The four operations on doubles. Whole numbers stay exact: a result of whole numbers that a double
 * would round is refused.
 * @throws MathRefusal for an operand or a result that is no number, and for a division by zero
 */
export const ARITHMETIC = {
  add: exact((a, b) => a + b),
  subtract: exact((a, b) => a - b),
  multiply: exact((a, b) => a * b),
  divide: (a: number, b: number): number => {
    checkOperands(a, b);
    if (b === 0) throw new MathRefusal(`${a} divided by zero`);
    return finite(a / b);
  },
} as const satisfies Record<string, Operation>;

/** Of whole numbers, when the result must be one too. */
function exact(operation: Operation): Operation {
  return (a, b) => {
    checkOperands(a, b);
    const result = finite(operation(a, b));
    if (Number.isInteger(a) && Number.isInteger(b) && !Number.isSafeInteger(result)) {
      throw new MathRefusal(`the result would pass ${Number.MAX_SAFE_INTEGER} and not be exact`);
    }
    return result;
  };
}

function checkOperands(a: number, b: number): void {
  for (const [name, value] of [
    ['a', a],
    ['b', b],
  ] as const) {
    if (!Number.isFinite(value)) throw new MathRefusal(`${name} is no number: ${value}`);
  }
}

function finite(result: number): number {
  if (!Number.isFinite(result)) throw new MathRefusal('the result is too big for a double');
  return result;
}
