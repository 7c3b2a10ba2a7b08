import type { QueryResult, QueryResultRow } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Movement } from '../movement';
import { failureOf, judge } from './failures';
import { type Connections } from './primary-pool';

/** How many wallets balances() reads at once. */
const PAGE_WALLETS = 10_000;
const PAUSE_MS = 100;

/** Looks at the ledger, and changes nothing. Readings of one turn of the event loop go together. */
export class Reader {
  #asked = new Map<string, ((balance: number | undefined) => void)[]>();
  #answered: Promise<void> | undefined;

  /** @param retryMsMax how long a database that is not there is tried */
  constructor(
    private readonly connections: Connections,
    private readonly retryMsMax: number,
  ) {}

  /** What a wallet holds; undefined when there is none. */
  async balance(wallet: string): Promise<number | undefined> {
    this.#answered ??= new Promise((resolve) => setImmediate(resolve)).then(() => this.#ask());
    let balance: number | undefined;
    const takers = this.#asked.get(wallet) ?? [];
    takers.push((found) => (balance = found));
    this.#asked.set(wallet, takers);
    await this.#answered;
    return balance;
  }

  /** As Ledger.statement(). */
  async statement(
    wallet: string,
    before: number,
    countMax: number,
  ): Promise<Movement[] | undefined> {
    const found = await this.#query<{ id: number }>('SELECT id FROM wallet WHERE name = $1', [
      wallet,
    ]);
    const id = found.rows[0]?.id;
    if (id === undefined) return undefined;
    const { rows } = await this.#query<Movement & QueryResultRow>(
      `SELECT sequence, at_ms AS "atMs", kind, order_number AS "order", amount, balance
       FROM movement WHERE wallet = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3`,
      [id, before, countMax],
    );
    return rows;
  }

  async countOrders(): Promise<number> {
    const text = 'SELECT count(*) AS count FROM pending_order';
    return (await this.#query<{ count: number }>(text, [])).rows[0]?.count ?? 0;
  }

  async *balances(): AsyncGenerator<readonly [string, number]> {
    for (let last = 0; ;) {
      const { rows } = await this.#query<{ id: number; name: string; balance: number }>(
        'SELECT id, name, balance FROM wallet WHERE id > $1 ORDER BY id LIMIT $2',
        [last, PAGE_WALLETS],
      );
      for (const { id, name, balance } of rows) {
        yield [name, balance];
        last = id;
      }
      if (rows.length < PAGE_WALLETS) return;
    }
  }

  async #ask(): Promise<void> {
    const asked = this.#asked;
    this.#asked = new Map();
    this.#answered = undefined;
    const { rows } = await this.#query<{ name: string; balance: number }>(
      'SELECT name, balance FROM wallet WHERE name = ANY($1)',
      [[...asked.keys()]],
    );
    for (const { name, balance } of rows) for (const take of asked.get(name) ?? []) take(balance);
  }

  /** Reading may be done again as often as one likes. */
  async #query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<QueryResult<R>> {
    const endMs = performance.now() + this.retryMsMax;
    for (;;) {
      try {
        return await this.#queryOnce<R>(text, values);
      } catch (error) {
        const verdict = judge(error, false);
        if (!verdict.isPassing || performance.now() >= endMs) throw failureOf(error, verdict);
      }
      await sleep(PAUSE_MS);
    }
  }
  async #queryOnce<R extends QueryResultRow>(
    text: string,
    values: unknown[],
  ): Promise<QueryResult<R>> {
    const connection = await this.connections.connect();
    let isBroken = true;
    try {
      const result = await connection.query<R>(text, values);
      isBroken = false;
      return result;
    } finally {
      connection.release(isBroken);
    }
  }
}
