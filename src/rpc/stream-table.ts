import type { Stream } from './stream';

/** Few, as most connections never have more calls at a time; it doubles with them. */
const FIRST_SLOTS = 4;
const SLOTS_MAX = 65_536;

/**
 * The open streams of a connection by id. Ids are odd and ascend, so the calls in flight lie side
 * by side: an array indexed by the id's lowest bits finds them without hashing. A stream whose
 * slot is taken (an old one that lives on, or a peer that chooses its ids badly) goes to a Map.
 */
export class StreamTable {
  private slots: (Stream | undefined)[] = new Array<undefined>(FIRST_SLOTS).fill(undefined);
  private mask = FIRST_SLOTS - 1;
  /** Made by the first stream that is in the way of another. */
  private overflow: Map<number, Stream> | undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(id: number): Stream | undefined {
    const stream = this.slots[(id >>> 1) & this.mask];
    if (stream?.id === id) return stream;
    return this.overflow?.get(id);
  }

  /** The id must not be in the table. */
  add(stream: Stream): void {
    this.count++;
    if (this.count * 2 > this.slots.length && this.slots.length < SLOTS_MAX) this.enlarge();
    this.place(stream);
  }

  /** Remove the stream and return it. */
  take(id: number): Stream | undefined {
    const slot = (id >>> 1) & this.mask;
    const stream = this.slots[slot];
    if (stream?.id === id) {
      this.slots[slot] = undefined;
      this.count--;
      return stream;
    }
    const other = this.overflow?.get(id);
    if (other !== undefined) {
      this.overflow?.delete(id);
      this.count--;
    }
    return other;
  }

  /** All of them, oldest first. */
  all(): Stream[] {
    const streams = this.slots.filter((stream) => stream !== undefined);
    if (this.overflow !== undefined) streams.push(...this.overflow.values());
    return streams.sort((a, b) => a.id - b.id);
  }

  private place(stream: Stream): void {
    const slot = (stream.id >>> 1) & this.mask;
    if (this.slots[slot] === undefined) this.slots[slot] = stream;
    else (this.overflow ??= new Map()).set(stream.id, stream);
  }

  private enlarge(): void {
    const streams = this.all();
    this.slots = new Array<undefined>(this.slots.length * 2).fill(undefined);
    this.mask = this.slots.length - 1;
    this.overflow = undefined;
    for (const stream of streams) this.place(stream);
  }
}
