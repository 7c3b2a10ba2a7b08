import type { Kind } from './service';

/** A call that has failed. */
export interface Failure {
  readonly kind: Kind;
  readonly status: string;
  readonly message: string;
  readonly mayHaveActed: boolean;
  readonly client: number;
}

/** What one client has seen in one phase; times in milliseconds from the phase's beginning. */
export interface Seen {
  /** By server. */
  readonly firstFrom: Record<string, number>;
  readonly lastFrom: Record<string, number>;
  /** The longest of its calls, answered or not. */
  longestMs: number;
}

/** What all clients have seen in one phase: calls count where they end. */
export interface Tally {
  calls: number;
  readonly failures: Failure[];
  readonly clients: readonly Seen[];
}

export function newTally(clients: number): Tally {
  return {
    calls: 0,
    failures: [],
    clients: Array.from({ length: clients }, () => ({
      firstFrom: {},
      lastFrom: {},
      longestMs: 0,
    })),
  };
}

/** What the clients' process is asked, and what it answers. */
export type Question =
  | { readonly ask: 'begin' }
  | { readonly ask: 'look'; readonly servers: readonly string[] }
  | { readonly ask: 'end' };

/** Answer to `look`. */
export interface Look {
  /** Whether every caller has begun a call since the phase began. */
  readonly allBegan: boolean;
  /** How many clients have had answers from all of the servers, in this phase. */
  readonly haveSeen: number;
}
