import { UsageError } from '../../support/program';

/** JSON that is no message of its type: says where, and what is wanted there. */
export class JsonError extends UsageError {
  override readonly name = 'JsonError';
}

/** `orders[2].value: a string is wanted, not 7` */
export function wrong(path: string, wanted: string, found: unknown): JsonError {
  return new JsonError(`${path}: ${wanted} is wanted, not ${shown(found)}`);
}

const SHOWN_CHARS = 40;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
