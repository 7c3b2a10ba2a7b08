import { measureByItself } from '../measure/by-itself';
import type { Measurement } from '../measure/measurement';
import type { Entry } from './row';

/** An entry of what child.js measures without a server of its own. */
export function byItself(
  column: string,
  words: (measuredMs: number) => readonly [string, ...(string | number)[]],
  toValue: (measured: number) => number = (measured) => measured,
  absence: () => string | undefined = () => undefined,
): Entry {
  const measure = async ({ measuredMs }: { measuredMs: number }): Promise<Measurement> => {
    const measurement = await measureByItself(...words(measuredMs));
    return { ...measurement, value: toValue(measurement.value) };
  };
  return { column, name: column, absence, measure };
}
