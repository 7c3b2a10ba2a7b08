/** What moved money, and between which two accounts: the numbers are those of the .proto. */
export enum MovementKind {
  /** From outside into a new wallet: what its list says. */
  OPENED = 1,
  /** From a wallet into a new order. */
  ORDERED = 2,
  /** From an order into a wallet. */
  CASHED = 3,
}

/**
 * A line of the journal: one account lost what the other got. It is written with the change that it
 * describes and never altered.
 */
export interface Movement {
  /** Ascending in one wallet, from 1; there may be gaps. */
  readonly sequence: number;
  /** When, in Unix milliseconds, by the clock of the process that did it. */
  readonly atMs: number;
  readonly kind: MovementKind;
  /** The order at the other end; 0 when the wallet was opened. */
  readonly order: number;
  readonly amount: number;
  /** What the wallet holds after it. */
  readonly balance: number;
}
