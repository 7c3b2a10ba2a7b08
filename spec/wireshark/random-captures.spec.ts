import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import type { FrameHeader } from '../../src/wire/frame';
import { HEADER_SIZE } from '../../src/wire/frame';
import { checkHeader, writeHeader } from '../../src/wire/header';
import { ProtocolError, VIOLATIONS } from '../../src/wire/protocol-error';
import { Capture } from './support/capture';
import { addSession, SESSION } from './support/session';
import { AS_FIO, modelOfServices, needsTshark, Tshark } from './support/tshark';

const HEADERS = 400;
const SESSIONS = 60;
const FIRST_PORT = 10_000;
const SNAP_BYTES = [41, 44, 47, 55, 56, 60, 75, 90, 100, 130];

const headers: fc.Arbitrary<FrameHeader> = fc.record({
  length: fc.oneof(
    fc.constantFrom(0, 1, 2, 4, 6, 8, 10, 22, 0x0001_0000, 0x0001_0001, 0xffff_ffff),
    fc.nat(64),
  ),
  stream: fc.constantFrom(0, 1, 1, 2, 3, 0x7fff_ffff, 0x8000_0000, 0x8000_0001),
  type: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.nat(255)),
  flags: fc.oneof(
    fc.constantFrom(0, 0, 1, 2, 4, 5, 6, 8, 12, 16, 20, 21, 32, 36, 0x40, 0xc4),
    fc.nat(255),
  ),
  code: fc.constantFrom(0, 0, 1, 13, 99),
  service: fc.constantFrom(0, 1, 77),
  method: fc.constantFrom(0, 3, 77),
});

/** The rule that a header breaks for our decoder. */
function ruleBroken(header: FrameHeader): string | undefined {
  try {
    checkHeader(header, 'server');
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error.violation;
    throw error;
  }
}

describe('Wireshark and random captures', function () {
  this.timeout(120_000);
  const seed = Number(process.env.FIO_SEED ?? Date.now() % 2 ** 31);
  let tshark: Tshark;
  before(function () {
    needsTshark(this);
    tshark = Tshark.forModel(modelOfServices('wallet/wallet.proto'));
  });
  after(() => (tshark as Tshark | undefined)?.remove());

  it(`names the rule that a header breaks as our decoder does, seed ${seed}`, () => {
    const samples = fc.sample(headers, { seed, numRuns: HEADERS });
    const capture = new Capture();
    samples.forEach((header, i) => {
      const frame = Buffer.alloc(HEADER_SIZE + (header.length > 65_536 ? 0 : header.length));
      const { length, stream, type, flags, code, service, method } = header;
      writeHeader(frame, 0, length, stream, type, flags, code, service, method);
      capture.segment(FIRST_PORT + i, 'client', SESSION[0]!.bytes);
      for (let at = 0; at < frame.length; at += 60_000) {
        capture.segment(FIRST_PORT + i, 'client', frame.subarray(at, at + 60_000));
      }
    });
    const shown = new Map<string, string>();
    const fields = ['-e', 'tcp.stream', '-e', 'fio.violation'];
    const args = [...AS_FIO, '-Y', 'fio.violation', '-T', 'fields', ...fields];
    const lines = tshark
      .run(capture.toPcap(), ...args)
      .trimEnd()
      .split('\n');
    for (const line of lines) {
      const [stream, names] = line.split('\t');
      shown.set(stream!, names!.split(',')[0]!);
    }
    const ofHeader = new Set<string>();
    samples.forEach((header, i) => {
      const expected = ruleBroken(header);
      const found = shown.get(String(i));
      if (expected !== undefined) {
        ofHeader.add(expected);
        expect(found, `${i} ${JSON.stringify(header)}`).to.equal(expected);
      } else {
        // What is behind a good header is zeros, which may break rules of the payload.
        expect(found ?? 'HELLO_INVALID', JSON.stringify(header)).to.match(
          /^(HELLO_INVALID|FRAGMENT_EMPTY|CREDIT_ZERO|FIELD_CUT|COMPRESSION_INVALID)$/,
        );
      }
    });
    expect(ofHeader.size).to.be.at.least(6);
    for (const name of ofHeader) expect(VIOLATIONS).to.have.property(name);
  });

  it(`survives what changes, comes twice, is missing or comes from elsewhere, seed ${seed}`, () => {
    const capture = new Capture();
    const changes = fc.sample(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), {
      seed,
      numRuns: SESSIONS,
    });
    const cuts = fc.sample(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { seed, numRuns: SESSIONS });
    changes.forEach((changed, i) => {
      const [first, second, kind] = cuts[i]!;
      addSession(capture, FIRST_PORT + i, (bytes) => {
        const broken = Buffer.from(bytes);
        for (const [at, to] of changed) broken[at % broken.length] = to;
        const [from, to] = [first % broken.length, second % broken.length].sort((a, b) => a - b);
        const pieces = [broken.subarray(0, from), broken.subarray(from, to), broken.subarray(to)];
        if (kind % 4 === 1) pieces.splice(1, 1);
        if (kind % 4 === 2) pieces.splice(1, 0, pieces[1]!);
        return pieces.filter((piece) => piece.length > 0);
      });
    });
    const noise = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 200 }), { seed, numRuns: 60 });
    noise.forEach((bytes, i) => capture.segment(1_000 + i, 'server', bytes));
    const pcap = capture.toPcap();
    expect(tshark.failures(pcap, ...AS_FIO)).to.equal('');
    expect(tshark.failures(pcap, ...AS_FIO, '-2')).to.equal('');
  });

  it('survives a capture that keeps the beginning of each packet', () => {
    const capture = new Capture();
    SNAP_BYTES.forEach((kept, i) => {
      for (const { from, bytes } of SESSION) capture.segment(FIRST_PORT + i, from, bytes, kept);
    });
    const pcap = capture.toPcap();
    expect(tshark.run(pcap, ...AS_FIO, '-Y', '_ws.lua.error', '-V')).to.equal('');
    expect(tshark.infos(pcap, ...AS_FIO).every((info) => info !== '')).to.equal(true);
  });
});
