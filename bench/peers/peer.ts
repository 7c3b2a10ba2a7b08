import type { Meter } from '../meter';

/** What is compared: a server and a client that do the same work, each in a process of its own. */
export interface Peer {
  /** Short, for the command line and the columns of the table. */
  readonly name: string;
  /** How much longer than others it takes until its code has been compiled, as a factor. */
  readonly warmUpFactor: number;
  /** Serve BALANCES until the process ends; resolves to the port on 127.0.0.1. */
  serve(): Promise<number>;
  /** Open one connection to that port. */
  connect(port: number): Promise<PeerConnection>;
}

export interface PeerConnection {
  /**
   * Keep that many calls of ReadBalance in flight until the meter is stopped.
   * @throws Error at the first answer that is not the right one
   */
  readBalances(inFlight: number, meter: Meter): Promise<void>;
}

export const HOST = '127.0.0.1';
