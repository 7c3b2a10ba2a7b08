import { Buffer } from 'node:buffer';

/** UTF-8 bytes of one text. */
export const TEXT_BYTES_MAX = 65_536;
/** Texts at a time, unless the dictionary is told otherwise. */
const ENTRIES_MAX = 1_000_000;

/** A text that is not taken. Nothing has changed. */
export class DictionaryRefusal extends Error {
  override readonly name = 'DictionaryRefusal';

  constructor(
    readonly reason: 'full' | 'text',
    text: string,
  ) {
    super(text);
  }
}

/** Texts by keys that count from 0 and are never used again. */
export class TextDictionary {
  readonly #texts = new Map<number, string>();
  #nextKey = 0;

  constructor(private readonly entriesMax = ENTRIES_MAX) {}

  /** @returns the key. @throws DictionaryRefusal for a text that is too long, or one too many */
  add(text: string): number {
    if (Buffer.byteLength(text) > TEXT_BYTES_MAX) {
      throw new DictionaryRefusal('text', `a text has at most ${TEXT_BYTES_MAX} bytes`);
    }
    if (this.#texts.size >= this.entriesMax) {
      throw new DictionaryRefusal('full', `the dictionary has ${this.entriesMax} texts already`);
    }
    const key = this.#nextKey++;
    this.#texts.set(key, text);
    return key;
  }

  get(key: number): string | undefined {
    return this.#texts.get(key);
  }

  /** @returns whether there was such a key */
  remove(key: number): boolean {
    return this.#texts.delete(key);
  }

  /** In the order of the keys; changes made while it is read are seen. */
  entries(): IterableIterator<[number, string]> {
    return this.#texts.entries();
  }
}
