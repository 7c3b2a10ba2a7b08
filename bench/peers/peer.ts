import type { LoadKind, Load } from '../load';
import type { Meter } from '../meter';

/** Who is compared: a server and a client that do the same work, each in a process of its own. */
export interface Peer {
  /** The column of the tables; of two peers with one column, the better figure is shown. */
  readonly column: string;
  /** Tells peers of one column apart. */
  readonly name: string;
  /** What it can do. */
  readonly kinds: readonly LoadKind[];
  /** How much longer than others it takes until its code has been compiled, as a factor. */
  readonly warmUpFactor: number;
  /** Why it cannot be measured here, and what to do; undefined when it can. */
  absence(): string | undefined;
  /** The program that `server`, or `client` and the load, is added to. */
  command(role: 'server' | 'client'): readonly string[];
}

/** The part of a peer in JavaScript that runs in the measured processes. */
export interface NodePeer {
  /** Serve BALANCES and the rest until the process ends; resolves to the port on 127.0.0.1. */
  serve(): Promise<number>;
  /** Open one connection to that port, or be ready to. */
  connect(port: number): Promise<PeerConnection>;
}

/**
 * Keep that load up until the meter is stopped.
 * @throws Error at the first answer that is not the right one
 */
export type Work = (load: Load, meter: Meter) => Promise<void>;

export type PeerConnection = Readonly<Partial<Record<LoadKind, Work>>>;

export const HOST = '127.0.0.1';
