import { Buffer } from 'node:buffer';

/** Who calls what with which key: what a keyed call is remembered by. */
export interface KeyedCall {
  /** The authenticated name, or undefined: not the connection. */
  readonly caller: string | undefined;
  readonly service: number;
  readonly method: number;
  /** 16 bytes; the first six are the Unix milliseconds at which it was made. */
  readonly key: Uint8Array;
  /** SHA-256 of the request's bytes. */
  readonly argumentHash: Uint8Array;
}

/** An answer that is there at once, or later. */
export type Awaitable<T> = T | Promise<T>;

/**
 * What became of a keyed call: its outcome, of this effect or of an earlier one; or why there is none.
 * `other-arguments`: the key is remembered with another hash. `forgotten`: its time is not after
 * that of the newest key that was forgotten, so nobody knows whether it has run.
 */
export type Transacted = { readonly outcome: Uint8Array } | 'other-arguments' | 'forgotten';

/**
 * Remembers the outcomes of keyed calls, beside what the calls change. docs/PROTOCOL.md §12.
 *
 * `transact` looks the call up and, when it is new, runs `effect` in a transaction and writes what
 * it answers in the same transaction; it settles when that is durable, so the answer of a call
 * never comes before its effect is kept. An effect that throws or rejects is rolled back, and
 * nothing is remembered. Engines may put many calls into one transaction: `effect` may run later
 * than transact() was called, but it runs once at most, and never for a call that is remembered.
 * Two calls of one key do not run at a time in one process; in several, the store sees to it.
 *
 * @typeParam Transaction what the engine gives to the effect: a handler gets it as
 *   `context.transaction`
 */
export interface OutcomeStore<Transaction = unknown> {
  transact(
    call: KeyedCall,
    effect: (transaction: Transaction) => Awaitable<Outcome>,
  ): Awaitable<Transacted>;
}

/** What an effect answers. */
export interface Outcome {
  readonly bytes: Uint8Array;
  /** False: it is answered, but a repeat runs again. */
  readonly isRemembered: boolean;
}

/** One text for each call that may be remembered; no two have the same. */
export function identityOf({ caller, service, method, key }: KeyedCall): string {
  const who = caller === undefined ? '' : `=${caller}`;
  return `${Buffer.from(key).toString('latin1')}${service}.${method}${who}`;
}
