import { appendFileSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import {
  identityOf,
  type KeyedCall,
  type Outcome,
  type OutcomeStore,
  type Transacted,
} from 'fio-rpc';

interface Line {
  readonly call: string;
  readonly hash: string;
  readonly deposited: number;
  readonly outcome: string;
}

/** An account in a file. What a call has done and what it was answered is one line: both or none. */
export class Journal implements OutcomeStore<{ deposited: number }> {
  balance = 0;
  readonly #calls = new Map<string, Line>();
  readonly #file: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    for (const line of lines) this.#apply(JSON.parse(line) as Line);
    this.#file = openSync(path, 'a');
  }

  /** Runs the effect if the call is new, and is done when that is on disk. One at a time. */
  transact(
    call: KeyedCall,
    effect: (transaction: { deposited: number }) => Outcome | Promise<Outcome>,
  ): Promise<Transacted> {
    const run = async (): Promise<Transacted> => {
      const identity = Buffer.from(identityOf(call), 'latin1').toString('hex');
      const hash = Buffer.from(call.argumentHash).toString('hex');
      const known = this.#calls.get(identity);
      if (known !== undefined) {
        return known.hash === hash
          ? { outcome: Buffer.from(known.outcome, 'hex') }
          : 'other-arguments';
      }
      const transaction = { deposited: 0 };
      const { bytes } = await effect(transaction);
      const outcome = Buffer.from(bytes).toString('hex');
      const line: Line = { call: identity, hash, ...transaction, outcome };
      appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
      fsyncSync(this.#file);
      this.#apply(line);
      return { outcome: bytes };
    };
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #apply(line: Line): void {
    this.balance += line.deposited;
    this.#calls.set(line.call, line);
  }
}
