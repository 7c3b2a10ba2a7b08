/** A keyed call, and what is known of it: written down before it is made, so a client that was
 * started again goes on with it. */
export interface Intent {
  readonly call: Call;
  /** Made with the first try. */
  key: Uint8Array | undefined;
  /** How much was on the wallet server's disk when it was sent first. */
  sentAt: number;
  sent: number;
  /** The outcome was unknown for a time. */
  wasUnknown: boolean;
  /** Its key was sent with other arguments, after it was answered. */
  wasMisused: boolean;
  answer: Answer | undefined;
  /** How much was on the disk when it was answered. */
  answeredAt: number;
  /** The client will not ask any more: nobody knows. */
  isAbandoned: boolean;
}

export type Call =
  | { readonly kind: 'create'; readonly wallet: string; readonly value: number }
  | {
      readonly kind: 'transfer';
      readonly order: number;
      readonly check: number;
      readonly wallet: string;
    }
  | { readonly kind: 'sell'; readonly order: number };

export interface Answer {
  readonly status: number;
  readonly order: number;
}

/** What a client wants to pay, and how; drawn before anything happens. */
export interface Payment {
  readonly from: string;
  readonly to: string;
  readonly value: number;
  /** At the store, for its price. */
  readonly isSale: boolean;
  readonly oddity: Oddity;
  readonly create: Intent;
  /** Known when the order is. */
  cashes: Intent[];
  isDone: boolean;
}

/**
 * What is odd about a payment. `wrong-check`: cashed with another value first. `no-wallet`: into one
 * that does not exist first. `twice`: cashed by two calls at once, of which one may succeed.
 * `impatient`: its client gives up at the first failure, for good.
 */
export type Oddity = 'none' | 'wrong-check' | 'no-wallet' | 'twice' | 'impatient';

export function newIntent(call: Call): Intent {
  return {
    call,
    key: undefined,
    sentAt: 0,
    sent: 0,
    wasUnknown: false,
    wasMisused: false,
    answer: undefined,
    answeredAt: 0,
    isAbandoned: false,
  };
}

/** A balance that somebody was told, and how much was on disk when it was asked and told. */
export interface Reading {
  readonly wallet: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
}
