import { isDeepStrictEqual } from 'node:util';
import { describeBytes, toBytes } from './bytes';
import type { CaseRecord } from './case-record';
import type {
  BytesData,
  CallStep,
  Expectation,
  Outcome,
  PairData,
  RefusalSeen,
  ReplyExpectation,
  ReplySeen,
} from './model';

/**
 * What is not as it has to be, in words; the first of each step, as calls of a step are all alike.
 * @param outcomes for each step those of its calls
 * @param record told of the first outcome that is wrong
 */
export function compareSteps(
  steps: readonly CallStep[],
  outcomes: readonly (readonly Outcome[])[],
  record?: CaseRecord,
): string[] {
  return steps.flatMap((step, index) => {
    const found = outcomes[index] ?? [];
    const times = step.times ?? 1;
    const name = `step ${index + 1} (${step.method})`;
    if (found.length !== times) return [`${name}: ${found.length} outcomes instead of ${times}`];
    for (const outcome of found) {
      const [problem] = [
        ...compareOutcome(step.expect, outcome),
        ...compareRuns(step.expect, outcome, outcomes),
      ];
      if (problem === undefined) continue;
      record?.blame({ code: 0, ...step.expect }, outcome);
      return [`${name}: ${problem}`];
    }
    return [];
  });
}

function compareOutcome(expected: Expectation, found: Outcome): string[] {
  const codes = [expected.code ?? 0].flat();
  if (!codes.includes(found.code)) {
    return [`status ${codes.join(' or ')} was expected, not ${found.code} '${found.text}'`];
  }
  return [
    ...differs('text', expected.text, found.text),
    ...differs('mayHaveActed', expected.mayHaveActed, found.mayHaveActed),
    ...compareRefusal(expected.refusal, found.refusal),
    ...comparePairs('initial metadata', expected.initialMetadata, found.initialMetadata),
    ...comparePairs('trailers', expected.trailers, found.trailers),
    ...compareReplies(expected.replies, found.replies),
  ];
}

function compareRefusal(
  expected: Expectation['refusal'],
  found: RefusalSeen | undefined,
): string[] {
  if (expected === undefined || (expected === 'none' && found === undefined)) return [];
  if (expected === 'none') return [`no typed error was expected, not ${JSON.stringify(found)}`];
  const { what = '', limit = 0, filler = '' } = expected;
  return differs(
    'the typed error Refusal',
    { what, limit, filler: asSeen(filler) },
    found ?? 'none',
  );
}

/** How many keyed calls were counted since the first reply to another step. */
function compareRuns(
  { replies = [] }: Expectation,
  found: Outcome,
  all: readonly (readonly Outcome[])[],
): string[] {
  return replies.flatMap(({ runsSince }, index) => {
    if (runsSince === undefined) return [];
    const [step, more] = runsSince;
    const before = all[step - 1]?.[0]?.replies[0]?.run ?? NaN;
    const run = found.replies[index]?.run;
    return differs(`run (${more} more than in step ${step})`, before + more, run ?? 'none');
  });
}

function compareReplies(
  expected: readonly ReplyExpectation[] | undefined,
  found: readonly ReplySeen[],
): string[] {
  if (expected === undefined) return [];
  if (expected.length !== found.length) {
    return [`${expected.length} replies were expected, not ${found.length}`];
  }
  return expected.flatMap((reply, index) => {
    const problems = compareReply(reply, found[index] as ReplySeen);
    return problems.map((problem) => `reply ${index + 1}: ${problem}`);
  });
}

function compareReply(expected: ReplyExpectation, found: ReplySeen): string[] {
  const { aggregatedPayloadSize, call, payload } = expected;
  return [
    ...differs('payload', payload === undefined ? undefined : asSeen(payload), found.payload),
    ...differs('aggregatedPayloadSize', aggregatedPayloadSize, found.aggregatedPayloadSize),
    ...(call === undefined ? [] : compareCall(call, found.call)),
  ];
}

function compareCall(
  expected: NonNullable<ReplyExpectation['call']>,
  found: ReplySeen['call'],
): string[] {
  if (found === undefined) return ['the call is not described'];
  const { remainingMs } = expected;
  return [
    ...comparePairs('metadata that the handler has', expected.metadata, found.metadata),
    ...differs('caller', expected.caller, found.caller),
    ...(remainingMs === undefined || isWithin(remainingMs, found.remainingMs)
      ? []
      : [`remaining time ${String(remainingMs)} was expected, not ${String(found.remainingMs)}`]),
  ];
}

function isWithin(range: readonly [number, number] | 'none', found: number | undefined): boolean {
  if (range === 'none' || found === undefined) return range === 'none' && found === undefined;
  return found >= range[0] && found <= range[1];
}

/** All pairs with the keys that are expected, in order. */
export function comparePairs(
  what: string,
  expected: readonly PairData[] | undefined,
  found: readonly PairData[],
): string[] {
  if (expected === undefined) return [];
  const keys = new Set(expected.map(([key]) => key));
  const wanted = expected.map(([key, value]) => [key, toBytes(value).toString('hex')]);
  return differs(
    what,
    wanted,
    found.filter(([key]) => keys.has(key)),
  );
}

function asSeen(data: BytesData): unknown {
  return describeBytes(toBytes(data));
}

function differs(what: string, expected: unknown, found: unknown): string[] {
  if (expected === undefined || isDeepStrictEqual(expected, found)) return [];
  return [`${what} ${JSON.stringify(expected)} was expected, not ${JSON.stringify(found)}`];
}
