import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import type { FrameHeader } from '../../src/wire/frame';
import { FrameDecoder } from '../../src/wire/frame-decoder';
import { hex } from '../support/hex';
import { parseFrames, rawFrame, type RawFrame } from '../support/raw-frames';

const PREFACE = hex('89 46 49 4f 0d 0a 1a 0a');

/** Frames that a client may send, and of types to be skipped; payloads mostly short. */
const anyFrame: fc.Arbitrary<Buffer> = fc
  .record({
    kind: fc.constantFrom('call', 'data', 'credit', 'ping', 'skipped'),
    stream: fc.nat(0x3fff_ffff).map((half) => half * 2 + 1),
    payload: fc.oneof(
      { weight: 9, arbitrary: fc.uint8Array({ maxLength: 60 }) },
      { weight: 1, arbitrary: fc.nat(65_536).map((length) => new Uint8Array(length).fill(length)) },
    ),
  })
  .map(({ kind, stream, payload: array }) => {
    const payload = Buffer.from(array);
    const ids = { service: 7, method: 1 };
    switch (kind) {
      case 'call':
        return rawFrame({ type: 2, flags: 1, stream, ...ids, payload: padded(payload, 6) });
      case 'data':
        return rawFrame({ type: 3, flags: 4, stream, ...ids, payload });
      case 'credit':
        return rawFrame({ type: 6, stream, ...ids, payload: padded(payload, 4).subarray(0, 4) });
      case 'ping':
        return rawFrame({ type: 7, payload: padded(payload, 8).subarray(0, 8) });
      default:
        return rawFrame({ type: 0x80 + (stream % 0x80), flags: stream % 256, stream, payload });
    }
  });

function padded(payload: Buffer, lengthMin: number): Buffer {
  return payload.length < lengthMin ? Buffer.alloc(lengthMin) : payload;
}

/** Cut bytes at these places (in parts of the whole); each chunk lies in a buffer of its own. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => Math.floor(place * bytes.length)), bytes.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, index) => Buffer.from(bytes.subarray(ends[index - 1] ?? 0, end)));
}

const anyCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  maxLength: 40,
  size: 'max',
});

/** Room for payloads in the middle of something larger, as a message's fragments have it. */
function roomFor({ length }: FrameHeader): Buffer {
  return Buffer.alloc(length + 20, 0xdd).subarray(10, 10 + length);
}

/** What the decoder tells of chunks whose buffers are scribbled over after each. */
function decode(chunks: readonly Buffer[], hasRoom = false): RawFrame[] {
  const told: RawFrame[] = [];
  const decoder = new FrameDecoder('server', {
    onFrame: (header, bytes, start, end) => {
      told.push({ ...header, payload: Buffer.from(bytes.subarray(start, end)) });
    },
    ...(hasRoom && { roomFor }),
  });
  for (const chunk of chunks) {
    decoder.push(chunk);
    chunk.fill(0xee);
  }
  return told;
}

function same(one: readonly RawFrame[], other: readonly RawFrame[]): boolean {
  return (
    one.length === other.length &&
    one.every((frame, index) => {
      const { payload, ...header } = frame;
      const { payload: otherPayload, ...otherHeader } = other[index]!;
      return payload.equals(otherPayload) && JSON.stringify(header) === JSON.stringify(otherHeader);
    })
  );
}

describe('FrameDecoder, against one that puts all chunks together', () => {
  it('tells the same frames for any frames and any cuts', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 12, size: 'max' }),
        anyCuts,
        fc.boolean(),
        (frames, cuts, hasRoom) => {
          const bytes = Buffer.concat(frames);
          const told = decode(cut(Buffer.concat([PREFACE, bytes]), cuts), hasRoom);
          expect(same(told, parseFrames(bytes))).to.equal(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('tells the same frames when the bytes end in the middle of one', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { minLength: 1, maxLength: 8 }),
        anyCuts,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (frames, cuts, until) => {
          const whole = Buffer.concat(frames);
          const bytes = whole.subarray(0, Math.floor(until * whole.length));
          const told = decode(cut(Buffer.concat([PREFACE, bytes]), cuts));
          expect(same(told, parseFrames(bytes))).to.equal(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('ends the same way for one chunk and for any cuts, whatever the bytes are', () => {
    const outcome = (chunks: readonly Buffer[]): string => {
      try {
        return `told ${decode(chunks).length}`;
      } catch (error) {
        return String(error);
      }
    };
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 4 }),
        fc.uint8Array({ maxLength: 80 }),
        anyCuts,
        (frames, noise, cuts) => {
          const bytes = Buffer.concat([PREFACE, ...frames, Buffer.from(noise)]);
          expect(outcome(cut(bytes, cuts))).to.equal(outcome([Buffer.from(bytes)]));
        },
      ),
      { numRuns: 500 },
    );
  });
});
