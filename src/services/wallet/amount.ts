/** The largest amount: the largest whole number that a double still counts exactly. */
export const AMOUNT_MAX = Number.MAX_SAFE_INTEGER;

/** What an amount may be, in words. */
export const AMOUNT_RULE = `a whole number from 0 to ${AMOUNT_MAX}`;

/** Whether a number is an amount of money: whole, not negative, at most AMOUNT_MAX. */
export function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The amount that a text of decimal digits says; undefined for anything else. */
export function parseAmount(text: string): number | undefined {
  if (!/^\d+$/.test(text)) {
    return undefined;
  }
  const value = Number(text);
  return isAmount(value) ? value : undefined;
}
