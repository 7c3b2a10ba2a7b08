import type { Random } from '../fuzz/random-bytes';

/** How the network of one world is, in milliseconds and chances from 0 to 1. */
export interface Weather {
  readonly latencyMs: number;
  /** Up to so much more, each time anew. */
  readonly jitterMs: number;
  /** How often something takes much longer, and how long at most. */
  readonly spikes: number;
  readonly spikeMs: number;
  /** How often a chunk comes in two. */
  readonly splits: number;
  /** How often the socket takes bytes and does not send them at once. */
  readonly stalls: number;
  /** Bytes on their way in one direction; more waits at the sender. */
  readonly capacityBytes: number;
}

/** How long something is on its way. */
export function delayOf(weather: Weather, random: Random): number {
  const spike = random.next() < weather.spikes ? random.next() * weather.spikeMs : 0;
  return weather.latencyMs + random.next() * weather.jitterMs + spike;
}
