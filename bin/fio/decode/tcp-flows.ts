import type { Buffer } from 'node:buffer';
import type { Segment } from './packets';

/** Told the bytes of one direction in their sequence; `isGap`: some before them are missing. */
export type TakeBytes = (from: string, to: string, bytes: Buffer, isGap: boolean) => void;

interface Flow {
  /** The sequence number that comes next. */
  next: number;
  /** What came too early. */
  readonly waiting: Map<number, Segment>;
}

/**
 * Puts segments of TCP in their sequence: what comes twice is left out, what comes too early
 * waits. What never came is a gap, told at the end.
 */
export class TcpFlows {
  private readonly flows = new Map<string, Flow>();

  constructor(private readonly take: TakeBytes) {}

  add(segment: Segment): void {
    const key = `${segment.from} ${segment.to}`;
    const flow = this.flows.get(key);
    if (flow === undefined || segment.isSyn) {
      const next = (segment.sequence + (segment.isSyn ? 1 : 0)) >>> 0;
      this.flows.set(key, { next, waiting: new Map() });
      if (segment.isSyn) return;
    }
    if (segment.payload.length > 0) this.advance(this.flows.get(key) as Flow, segment, false);
  }

  /** Tells what is still waiting. */
  end(): void {
    for (const flow of this.flows.values()) {
      while (flow.waiting.size > 0) {
        const early = [...flow.waiting.values()].sort(
          (a, b) => distance(flow.next, a.sequence) - distance(flow.next, b.sequence),
        );
        const [first] = early as [Segment];
        flow.waiting.delete(first.sequence);
        flow.next = first.sequence;
        this.advance(flow, first, true);
      }
    }
  }

  private advance(flow: Flow, segment: Segment, isGap: boolean): void {
    let current: Segment | undefined = segment;
    let gap = isGap;
    while (current !== undefined) {
      const ahead = distance(flow.next, current.sequence);
      if (ahead > 0) {
        flow.waiting.set(current.sequence, current);
        return;
      }
      const fresh = current.payload.subarray(-ahead);
      if (fresh.length > 0) {
        flow.next = (flow.next + fresh.length) >>> 0;
        this.take(current.from, current.to, fresh, gap);
        gap = false;
      }
      current = [...flow.waiting.values()].find((one) => distance(flow.next, one.sequence) <= 0);
      if (current !== undefined) flow.waiting.delete(current.sequence);
    }
  }
}

/** From one sequence number to another, around 2^32. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
