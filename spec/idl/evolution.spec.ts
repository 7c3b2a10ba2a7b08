import { expect } from 'chai';
import fc from 'fast-check';
import type { MessageCodec } from '../../src/wire/codec';
import { modelOf } from './support/compile';
import { GeneratedFolder, type Value } from './support/load';
import { decode, encode } from './support/run';
import { schemas, toProto, type MemberSpec, type Schema, type TypeSpec } from './support/schema';
import { valuesOf, zeroOf } from './support/values';

const SCHEMAS = 60;
const VALUES_PER_SCHEMA = 5;

interface Versions {
  readonly older: Schema;
  readonly newer: Schema;
  /** Of the newer version's first message. */
  readonly values: readonly Value[];
}

const versions: fc.Arbitrary<Versions> = schemas.chain((newer) =>
  fc.record({
    newer: fc.constant(newer),
    older: fc
      .tuple(...newer.messages.map(() => fc.integer({ min: 0, max: 60 })))
      .map((cuts) => olderThan(newer, cuts)),
    values: fc.array(valuesOf(newer, 0), { minLength: 1, maxLength: VALUES_PER_SCHEMA }),
  }),
);

/** The schema before it got its fields and cases with the highest numbers. */
function olderThan(newer: Schema, cuts: readonly number[]): Schema {
  const cutMember = (member: MemberSpec, cut: number): MemberSpec[] => {
    if (member.kind === 'field') return member.number <= cut ? [member] : [];
    const cases = member.cases.filter((one) => one.number <= cut);
    return cases.length > 0 ? [{ ...member, cases }] : [];
  };
  return {
    messages: newer.messages.map((message, i) => ({
      ...message,
      members: message.members.flatMap((member) => cutMember(member, cuts[i]!)),
    })),
  };
}

/** What a value of one version is to a reader of the other, said without any bytes. */
function project(value: Value, from: Schema, to: Schema, index: number): Value {
  const known = new Set(from.messages[index]!.members.map((member) => member.ts));
  const entries = to.messages[index]!.members.map((member) => [
    member.ts,
    known.has(member.ts) ? projectMember(value[member.ts], member, from, to) : zeroOf(member),
  ]);
  return Object.fromEntries(entries) as Value;
}

function projectMember(value: unknown, member: MemberSpec, from: Schema, to: Schema): unknown {
  if (value === undefined) return undefined;
  if (member.kind === 'oneof') {
    const chosen = value as { case: string; value: unknown };
    const one = member.cases.find((candidate) => candidate.ts === chosen.case);
    return one && { case: chosen.case, value: projectValue(chosen.value, one.type, from, to) };
  }
  const { type } = member;
  if (member.label === 'repeated') {
    return (value as unknown[]).map((item) => projectValue(item, type, from, to));
  }
  if (member.label === 'map') {
    const entries = [...(value as Map<unknown, unknown>)];
    return new Map(entries.map(([key, item]) => [key, projectValue(item, type, from, to)]));
  }
  return projectValue(value, type, from, to);
}

function projectValue(value: unknown, type: TypeSpec, from: Schema, to: Schema): unknown {
  return type.kind === 'message' ? project(value as Value, from, to, type.index) : value;
}

describe('messages that grow', function () {
  this.timeout(60_000);
  const folder = new GeneratedFolder();
  after(() => folder.remove());

  function check(
    run: (older: MessageCodec<Value>, newer: MessageCodec<Value>, one: Versions) => void,
  ): void {
    fc.assert(
      fc.property(versions, (one) => {
        const before = modelOf({ 'a.proto': toProto(one.older) });
        const after = modelOf({ 'a.proto': toProto(one.newer) }, before.lockText);
        run(folder.load(before.model).M0!, folder.load(after.model).M0!, one);
      }),
      { numRuns: SCHEMAS },
    );
  }

  it('are read by an older program without what is new', () => {
    check((older, newer, one) => {
      for (const value of one.values) {
        const expected = project(value, one.newer, one.older, 0);
        expect(decode(older, encode(newer, value))).to.deep.equal(expected);
      }
    });
  });
  it('are read by a newer program with defaults for what is new', () => {
    check((older, newer, one) => {
      for (const value of one.values) {
        const old = project(value, one.newer, one.older, 0);
        const expected = project(old, one.older, one.newer, 0);
        expect(decode(newer, encode(older, old))).to.deep.equal(expected);
      }
    });
  });
});
