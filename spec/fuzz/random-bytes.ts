import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hex } from '../support/hex';

/** Who decides what a hostile peer does next. */
export interface Choices {
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** Chance that is the same for the same seed (mulberry32). */
export class Random implements Choices {
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

/**
 * A string of bytes as a program: each says what comes next, and a change of one changes little
 * else. Where it ends, every choice is the first. What fails is kept as such a program.
 */
export class ByteProgram implements Choices {
  private at = 0;

  constructor(private readonly program: Buffer) {}

  get isOver(): boolean {
    return this.at >= this.program.length;
  }

  below(end: number): number {
    const high = end > 256 ? this.byte() : 0;
    return (high * 256 + this.byte()) % end;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.byte()));
  }

  private byte(): number {
    return this.program[this.at++] ?? 0;
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

/** The same bytes with something wrong: a bit, a byte, a length, a piece missing or twice. */
export function mutate(random: Choices, bytes: Buffer): Buffer {
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
    case 4:
      if (mutant.length < 16) return mutant;
      mutant.writeUInt16BE(7 + random.below(3), 12);
      mutant.writeUInt16BE(random.below(6), 14);
      return mutant;
    default:
      return Buffer.concat([mutant.subarray(0, at), random.bytes(4), mutant.subarray(at)]);
  }
}

/** Cut bytes at random places into chunks of their own. */
export function cutAtRandom(random: Choices, bytes: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(random.pick([1, 16, 64, bytes.length]));
    chunks.push(Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
  return chunks;
}
