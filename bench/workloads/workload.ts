import type { Meter } from '../meter';
import type { Peer } from '../peers/peer';

/** One row of the table: what the client keeps the server busy with. */
export interface Workload {
  readonly name: string;
  /** What Fio is to reach at least, as a multiple of a peer's rate, by the peer's name. */
  readonly goals: Readonly<Record<string, number>>;
  /** Take the latency of every n-th call. */
  readonly sampleEvery: number;
  /** At the client: open the connections and keep the work going until the meter is stopped. */
  run(peer: Peer, port: number, meter: Meter): Promise<void>;
}
