import { Argument } from './argument';
import { KeyHash } from './key-hash';
import type { KeyedCall } from './outcome-store';

// A record: u32 the next of its place, u32 hash, key, u16 service, u16 method, u8 length of the
// argument (with a mark for a hash), u8 length of the outcome, and the two.
const RECORD_BYTES = 80;
const WORDS = RECORD_BYTES / 4;
const KEY_AT = 8;
const KEY_BYTES = 16;
const SERVICE_AT = 24;
const METHOD_AT = 26;
const ARGUMENT_LENGTH_AT = 28;
const OUTCOME_LENGTH_AT = 29;
const BYTES_AT = 30;
const IS_HASH = 0x80;
/** The outcome's length when argument and outcome are elsewhere. */
const IS_ELSEWHERE = 0xff;

const BLOCK_RECORDS = 1_024;
const FIRST_PLACES = 1_024;
const NONE = -1;

interface Long {
  readonly argument: Argument;
  readonly outcome: Uint8Array;
}

interface Block {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
}

/**
 * Outcomes by their calls, as bytes in blocks that the collector does not look into. A Map of a
 * million strings and objects costs 1 800 ns for each that is added, and this 500 with the looking up
 * before it (docs/decisions/0011). Records have numbers, which are used again.
 */
export class OutcomeTable {
  private readonly hash = new KeyHash();
  private readonly blocks: Block[] = [];
  private readonly free: number[] = [];
  private readonly longs = new Map<number, Long>();
  /** Of records that have one. */
  private readonly callers = new Map<number, string>();
  private places = new Int32Array(FIRST_PLACES).fill(NONE);
  private shift = Math.clz32(FIRST_PLACES) + 1;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The number of a call's record; undefined when there is none. */
  find(call: KeyedCall): number | undefined {
    const { key, service, method } = call;
    const hash = this.hash.of(key, service, method);
    let at = this.places[hash >>> this.shift] as number;
    while (at !== NONE) {
      const { words, bytes } = this.blockOf(at);
      const word = (at % BLOCK_RECORDS) * WORDS;
      if (words[word + 1] === hash && isOf(bytes, word * 4, call)) {
        if (this.callers.get(at) === call.caller) return at;
      }
      at = words[word] as number;
    }
    return undefined;
  }

  /** There is no record of that call. @returns its number */
  add(call: KeyedCall, argument: Argument, outcome: Uint8Array): number {
    // Half of the places are empty: 100 ns less for a call that is new, which is nearly each.
    if (this.count * 2 >= this.places.length) this.grow();
    const { caller, key, service, method } = call;
    const at = this.free.pop() ?? this.count;
    this.count += 1;
    if (at === this.blocks.length * BLOCK_RECORDS) this.blocks.push(newBlock());
    const { words, bytes } = this.blockOf(at);
    const word = (at % BLOCK_RECORDS) * WORDS;
    const hash = this.hash.of(key, service, method);
    words[word + 1] = hash;
    this.link(words, word, at);
    const start = word * 4;
    for (let i = 0; i < KEY_BYTES; i++) bytes[start + KEY_AT + i] = key[i] as number;
    putU16(bytes, start + SERVICE_AT, service);
    putU16(bytes, start + METHOD_AT, method);
    if (caller !== undefined) this.callers.set(at, caller);
    const { length } = argument.bytes;
    if (BYTES_AT + length + outcome.length > RECORD_BYTES) {
      bytes[start + OUTCOME_LENGTH_AT] = IS_ELSEWHERE;
      this.longs.set(at, { argument, outcome });
      return at;
    }
    bytes[start + ARGUMENT_LENGTH_AT] = argument.isHash ? length | IS_HASH : length;
    bytes[start + OUTCOME_LENGTH_AT] = outcome.length;
    put(bytes, start + BYTES_AT, argument.bytes);
    put(bytes, start + BYTES_AT + length, outcome);
    return at;
  }

  hasArgument(at: number, argument: Argument): boolean {
    const long = this.longs.get(at);
    if (long !== undefined) return long.argument.equals(argument);
    const { bytes } = this.blockOf(at);
    const start = startOf(at);
    const length = bytes[start + ARGUMENT_LENGTH_AT] as number;
    const known = bytes.subarray(start + BYTES_AT, start + BYTES_AT + (length & ~IS_HASH));
    const kept = (length & IS_HASH) !== 0 ? Argument.ofHash(known) : Argument.of(known, 0, length);
    return kept.equals(argument);
  }

  /** A copy. */
  outcomeOf(at: number): Uint8Array {
    const long = this.longs.get(at);
    if (long !== undefined) return long.outcome;
    const { bytes } = this.blockOf(at);
    const start = startOf(at);
    const from = start + BYTES_AT + ((bytes[start + ARGUMENT_LENGTH_AT] as number) & ~IS_HASH);
    return bytes.slice(from, from + (bytes[start + OUTCOME_LENGTH_AT] as number));
  }

  remove(at: number): void {
    this.unlink(at);
    this.longs.delete(at);
    this.callers.delete(at);
    this.free.push(at);
    this.count -= 1;
  }

  private blockOf(at: number): Block {
    return this.blocks[Math.floor(at / BLOCK_RECORDS)] as Block;
  }

  private link(words: Int32Array, word: number, at: number): void {
    const place = (words[word + 1] as number) >>> this.shift;
    words[word] = this.places[place] as number;
    this.places[place] = at;
  }

  private unlink(at: number): void {
    const { words } = this.blockOf(at);
    const word = (at % BLOCK_RECORDS) * WORDS;
    const place = (words[word + 1] as number) >>> this.shift;
    const next = words[word] as number;
    let before = this.places[place] as number;
    if (before === at) {
      this.places[place] = next;
      return;
    }
    for (;;) {
      const { words: others } = this.blockOf(before);
      const other = (before % BLOCK_RECORDS) * WORDS;
      before = others[other] as number;
      if (before !== at) continue;
      others[other] = next;
      return;
    }
  }

  /** Only when all records are taken: none is free. */
  private grow(): void {
    this.places = new Int32Array(this.places.length * 2).fill(NONE);
    this.shift -= 1;
    for (let at = 0; at < this.count; at++) {
      this.link(this.blockOf(at).words, (at % BLOCK_RECORDS) * WORDS, at);
    }
  }
}

function newBlock(): Block {
  const words = new Int32Array(BLOCK_RECORDS * WORDS);
  return { words, bytes: new Uint8Array(words.buffer) };
}

function startOf(at: number): number {
  return (at % BLOCK_RECORDS) * RECORD_BYTES;
}

function isOf(bytes: Uint8Array, start: number, { key, service, method }: KeyedCall): boolean {
  return (
    isAt(bytes, start + KEY_AT, key) &&
    bytes[start + SERVICE_AT] === service >>> 8 &&
    bytes[start + SERVICE_AT + 1] === (service & 0xff) &&
    bytes[start + METHOD_AT] === method >>> 8 &&
    bytes[start + METHOD_AT + 1] === (method & 0xff)
  );
}

function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function put(bytes: Uint8Array, at: number, value: Uint8Array): void {
  for (let i = 0; i < value.length; i++) bytes[at + i] = value[i] as number;
}

function isAt(bytes: Uint8Array, at: number, value: Uint8Array): boolean {
  for (let i = 0; i < value.length; i++) if (bytes[at + i] !== value[i]) return false;
  return true;
}
