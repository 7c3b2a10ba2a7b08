import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hex } from '../support/hex';
import { rawFrame } from '../support/raw-frames';

/** Chance that is the same for the same seed (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** From 0 up to, not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

/** Every frame of spec/golden that the given end sends. */
export function goldenFrames(sender: 'client' | 'server'): Buffer[] {
  const folder = join(__dirname, '../golden');
  return readdirSync(folder)
    .filter((file) => file !== 'preface.txt')
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .filter((text) => text.includes(`from: ${sender}`))
    .map((text) => hex(text.replaceAll(/^\w+: .*$/gm, '')));
}

/** Services and methods that the server under test has, and one of each that it has not. */
const METHODS = [
  [7, 1],
  [7, 2],
  [7, 3],
  [8, 1],
  [8, 2],
  [8, 3],
  [7, 9],
  [9, 1],
] as const;
const FLAGS = [0, 0x01, 0x02, 0x04, 0x05, 0x06, 0x08, 0x0c, 0x10, 0x14, 0x20, 0x40];

/** A payload that the type may have, more often than not. */
function payloadOf(random: Random, type: number): Buffer {
  const noise = random.bytes(random.below(random.below(10) === 0 ? 300 : 24));
  switch (type) {
    case 2:
      return Buffer.concat([hex('00000000 0000'), noise]);
    case 4:
    case 5:
    case 9:
      return Buffer.concat([hex('0000'), noise]);
    case 6:
      return hex(random.pick(['00000001', '00010000', '00000000', '7fffffff']));
    case 7:
      return random.bytes(8);
    case 8:
      return hex('00000001 00000000 0000');
    default:
      return noise;
  }
}

/** A frame whose header makes sense more often than not. */
export function randomFrame(random: Random, types: readonly number[]): Buffer {
  const type = random.below(20) === 0 ? random.below(256) : random.pick(types);
  const isOfConnection = type === 1 || type === 7 || type === 8;
  const [service, method] = isOfConnection ? [0, 0] : random.pick(METHODS);
  return rawFrame({
    type,
    stream: isOfConnection ? 0 : 2 * random.below(8) + 1,
    flags: random.pick(FLAGS),
    code: type === 5 ? 1 : 0,
    service,
    method,
    payload: payloadOf(random, type),
  });
}

/** The same bytes with something wrong: a bit, a byte, a length, a piece missing or twice. */
export function mutate(random: Random, bytes: Buffer): Buffer {
  const mutant = Buffer.from(bytes);
  const at = random.below(mutant.length);
  switch (random.below(6)) {
    case 0:
      mutant[at] = (mutant[at] as number) ^ (1 << random.below(8));
      return mutant;
    case 1:
      mutant[at] = random.pick([0x00, 0x01, 0x7f, 0x80, 0xff]);
      return mutant;
    case 2:
      return mutant.subarray(0, at);
    case 3:
      return Buffer.concat([mutant, mutant.subarray(at)]);
    case 4: {
      const [service, method] = random.pick(METHODS);
      mutant.writeUInt16BE(service, 12);
      mutant.writeUInt16BE(method, 14);
      return mutant;
    }
    default:
      return Buffer.concat([mutant.subarray(0, at), random.bytes(4), mutant.subarray(at)]);
  }
}

/** Cut bytes at random places into chunks of their own. */
export function cutAtRandom(random: Random, bytes: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(random.pick([1, 16, 64, bytes.length]));
    chunks.push(Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
  return chunks;
}
