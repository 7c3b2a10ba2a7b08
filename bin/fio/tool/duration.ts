import { InvalidArgumentError } from 'commander';

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
/** The protocol's longest time limit: docs/PROTOCOL.md §8. */
const MS_MAX = 0x7fff_ffff;

/**
 * `500ms`, `1.5s`, `2m`, `1h`, or a number of seconds; in milliseconds, rounded up.
 * @throws InvalidArgumentError for anything else, 0, and more than 24 days
 */
export function parseDuration(text: string): number {
  const [, number = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Math.ceil(Number(number) * UNITS_MS[unit as keyof typeof UNITS_MS]);
  if (number === '' || ms < 1 || ms > MS_MAX) {
    throw new InvalidArgumentError('Write a time like 500ms, 5s or 2m.');
  }
  return ms;
}

/**
 * A whole number from 1 on.
 * @throws InvalidArgumentError
 */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1_000_000_000) {
    throw new InvalidArgumentError('Write a whole number, 1 or more.');
  }
  return value;
}
