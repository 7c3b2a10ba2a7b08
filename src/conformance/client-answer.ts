import type { Outcome, PairData, RefusalSeen, ReplySeen } from './model';

/**
 * What a client under test has answered: outcomes, or `ok` from one that compares by itself.
 * @throws Error for an answer that cannot be read, with the place where it is wrong
 */
export function readAnswer(line: string): Outcome[][] | 'ok' {
  if (line.trim() === 'ok') return 'ok';
  const answer = object(parse(line), 'the answer');
  if (typeof answer.error === 'string') throw new Error(`the client says: ${answer.error}`);
  return list(answer.outcomes, 'outcomes').map((step, at) =>
    list(step, `outcomes[${at}]`).map((one, call) => toOutcome(one, `outcomes[${at}][${call}]`)),
  );
}

function toOutcome(value: unknown, where: string): Outcome {
  const outcome = object(value, where);
  return {
    code: of('number', outcome.code, `${where}.code`),
    text: of('string', outcome.text, `${where}.text`),
    replies: list(outcome.replies, `${where}.replies`) as ReplySeen[],
    initialMetadata: list(outcome.initialMetadata, `${where}.initialMetadata`) as PairData[],
    trailers: list(outcome.trailers, `${where}.trailers`) as PairData[],
    mayHaveActed: of('boolean', outcome.mayHaveActed, `${where}.mayHaveActed`),
    ...(outcome.refusal !== undefined && {
      refusal: object(outcome.refusal, `${where}.refusal`) as unknown as RefusalSeen,
    }),
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`the client's answer is not JSON: '${line.slice(0, 80)}'`);
  }
}

interface Named {
  readonly number: number;
  readonly string: string;
  readonly boolean: boolean;
}

function of<T extends keyof Named>(type: T, value: unknown, where: string): Named[T] {
  if (typeof value !== type) throw new Error(`${where} is no ${type}`);
  return value as Named[T];
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error(`${where} is no object`);
  return value as Record<string, unknown>;
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where} is no list`);
  return value;
}
