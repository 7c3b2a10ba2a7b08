import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import type { MessageCodec } from '../../src/wire/codec';
import { FrameType, Flag, HEADER_SIZE } from '../../src/wire/frame';
import { writeHeader } from '../../src/wire/header';
import { modelOf } from '../idl/support/compile';
import type { Value } from '../idl/support/load';
import { encode, outcome } from '../idl/support/run';
import { schemas, toProto, type Schema } from '../idl/support/schema';
import { twinOf } from '../idl/support/twin';
import { valuesOf } from '../idl/support/values';
import { Capture } from './support/capture';
import { fieldsOf } from './support/expected-fields';
import { AS_FIO, needsTshark, readPdml, Tshark, type ShownField } from './support/tshark';

// Messages made up by chance, all in one run of tshark: what the tree shows is what our own codecs
// read, and what they refuse is refused by the same name.

const SCHEMAS = 24;
const VALUES_PER_SCHEMA = 12;
const CHANGES_PER_VALUE = 4;
const FIRST_PORT = 10_000;
const MESSAGE_BYTES_MAX = 60_000;

interface Sample {
  readonly schema: Schema;
  readonly package: string;
  readonly service: number;
  readonly codec: MessageCodec<Value>;
  readonly values: readonly Value[];
}

function makeSamples(seed: number): Sample[] {
  return fc.sample(schemas, { seed, numRuns: SCHEMAS }).map((schema, i) => ({
    schema,
    package: `p${i}`,
    service: i + 1,
    codec: twinOf(schema)[0]!,
    values: fc.sample(valuesOf(schema, 0), { seed: seed + i, numRuns: VALUES_PER_SCHEMA }),
  }));
}

function protoOf({ schema, package: name, service }: Sample): string {
  const [syntax, ...rest] = toProto(schema).split('\n');
  const method = 'rpc Do (M0) returns (M0) { option (fio.method) = 1; }';
  const head = `package ${name};\nservice S { option (fio.service) = ${service}; ${method} }`;
  return [syntax, head, ...rest].join('\n');
}

/** An END without options and with this message as its result. */
function endOf(service: number, message: Buffer): Buffer {
  const frame = Buffer.alloc(HEADER_SIZE + 2 + message.length);
  writeHeader(frame, 0, 2 + message.length, 1, FrameType.END, Flag.MSG, 0, service, 1);
  message.copy(frame, HEADER_SIZE + 2);
  return frame;
}

function show(tshark: Tshark, frames: readonly Buffer[]): ShownField[][] {
  const capture = new Capture();
  frames.forEach((frame, i) => capture.segment(FIRST_PORT + i, 'server', frame));
  const pcap = capture.toPcap();
  expect(tshark.failures(pcap, ...AS_FIO)).to.equal('');
  const packets = readPdml(tshark.run(pcap, ...AS_FIO, '-T', 'pdml'));
  expect(packets).to.have.length(frames.length);
  return packets;
}

/** What of a tree are fields of messages: their names have two dots or more. */
function messageFields(fields: readonly ShownField[]): [string, string][] {
  return fields
    .filter(({ name }) => name.split('.').length > 2)
    .map(({ name, hex }) => [name, hex]);
}

describe('Wireshark and random messages', function () {
  this.timeout(120_000);
  const seed = Number(process.env.FIO_SEED ?? Date.now() % 2 ** 31);
  let samples: Sample[];
  let tshark: Tshark;

  before(function () {
    needsTshark(this);
    samples = makeSamples(seed);
    const texts = samples.map((sample) => [`${sample.package}.proto`, protoOf(sample)] as const);
    tshark = Tshark.forModel(modelOf(Object.fromEntries(texts)).model);
  });
  after(() => (tshark as Tshark | undefined)?.remove());

  it(`shows every value, seed ${seed}`, () => {
    const cases = samples.flatMap((sample) =>
      sample.values
        .map((value) => ({ sample, value, bytes: encode(sample.codec, value) }))
        .filter(({ bytes }) => bytes.length <= MESSAGE_BYTES_MAX),
    );
    const packets = show(
      tshark,
      cases.map(({ sample, bytes }) => endOf(sample.service, bytes)),
    );
    const shown = packets.map(messageFields);
    expect(shown.flat().length).to.be.above(SCHEMAS * VALUES_PER_SCHEMA);
    cases.forEach(({ sample, value }, i) => {
      expect(shown[i]).to.deep.equal(fieldsOf(sample.schema, 0, value, `fio.${sample.package}.`));
    });
  });

  it(`refuses what our codecs refuse, by the same name, seed ${seed}`, () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    const cases = samples.flatMap((sample) =>
      sample.values.flatMap((value) => {
        const whole = encode(sample.codec, value);
        if (whole.length === 0 || whole.length > MESSAGE_BYTES_MAX) return [];
        return fc
          .sample(fc.tuple(changes, fc.nat(), fc.boolean()), { seed, numRuns: CHANGES_PER_VALUE })
          .map(([changed, length, isCut]) => {
            const bytes = Buffer.from(isCut ? whole.subarray(0, length % whole.length) : whole);
            if (bytes.length > 0) for (const [at, to] of changed) bytes[at % bytes.length] = to;
            return { sample, bytes };
          });
      }),
    );
    const packets = show(
      tshark,
      cases.map(({ sample, bytes }) => endOf(sample.service, bytes)),
    );
    const refusals = cases.map(({ sample, bytes }, i) => {
      const result = outcome(sample.codec, bytes);
      const expected = typeof result === 'string' ? /: (\w+):/.exec(result)![1] : undefined;
      const shown = packets[i]!.find(({ name }) => name === 'fio.violation')?.show;
      expect(shown, `${sample.package} ${bytes.toString('hex')}`).to.equal(expected);
      return expected;
    });
    expect(new Set(refusals).size).to.be.above(3);
  });
});
