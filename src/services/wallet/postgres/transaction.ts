import type { QueryResultRow } from 'pg';
import { type OrderNumbers } from '../order-numbers';
import { BatchBooks, type LockedAccount } from './batch-books';
import { type Work } from './change';
import { type Connection } from './primary-pool';
import { KeyedChange } from './keyed-change';
import { ADD_OUTCOMES, addedColumns, beginKeyed } from './outcome-rows';
import { ask, inPipeline } from './statements';

// Rows are locked in one sequence, wallets before orders before the counter, so transactions of
// any number of servers wait for each other and never in a circle.
const LOCK_WALLETS = {
  name: 'lock_wallets',
  text: `SELECT name, id, balance, newest FROM wallet WHERE name = ANY($1)
         ORDER BY id FOR NO KEY UPDATE`,
};
const LOCK_ORDERS = {
  name: 'lock_orders',
  text: `SELECT number, value FROM pending_order WHERE number = ANY($1)
         ORDER BY number FOR UPDATE`,
};
const LOCK_COUNTER = {
  name: 'lock_counter',
  text: 'SELECT last_order FROM ledger FOR NO KEY UPDATE',
};
const SET_COUNTER = { name: 'set_counter', text: 'UPDATE ledger SET last_order = $1' };
const SET_WALLETS = {
  name: 'set_wallets',
  text: `UPDATE wallet SET balance = c.balance, newest = c.newest
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS c (id, balance, newest)
         WHERE wallet.id = c.id`,
};
const ADD_ORDERS = {
  name: 'add_orders',
  text: 'INSERT INTO pending_order SELECT * FROM unnest($1::bigint[], $2::bigint[])',
};
const REMOVE_ORDERS = {
  name: 'remove_orders',
  text: 'DELETE FROM pending_order WHERE number = ANY($1)',
};
const ADD_MOVEMENTS = {
  name: 'add_movements',
  text: `INSERT INTO movement (wallet, sequence, kind, order_number, amount, balance, at_ms)
         SELECT *, $7::bigint FROM unnest($1::bigint[], $2::bigint[], $3::smallint[],
           $4::bigint[], $5::bigint[], $6::bigint[])`,
};

/** Stands for a statement that need not be sent. */
const NOTHING = Promise.resolve({ rows: [] as { last_order: number }[] });

/** What a transaction needs besides its connection. */
export interface TransactionOptions {
  readonly drawOrder: OrderNumbers | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * Begins a transaction and locks what the work is about: one round trip, and one more when some of
 * it has keys, to see whether it is remembered.
 * @returns the books that it is to be performed on
 */
export async function begin(
  connection: Connection,
  works: readonly Work[],
  { drawOrder }: TransactionOptions,
): Promise<BatchBooks> {
  const begun = connection.query<QueryResultRow>('BEGIN');
  const keyed = works.filter((work) => work instanceof KeyedChange);
  if (keyed.length > 0) await beginKeyed(connection, begun, keyed);
  const subjects = works.flatMap((work) => work.subjects);
  const wallets = new Set(subjects.map(({ wallet }) => wallet));
  const orders = new Set(subjects.flatMap(({ order }) => order ?? []));
  const counts = drawOrder === undefined && subjects.some((subject) => !('order' in subject));
  const [, accountRows, orderRows, counterRows] = await inPipeline([
    begun,
    ask<{ name: string } & LockedAccount>(connection, LOCK_WALLETS, [[...wallets]]),
    ask<{ number: number; value: number }>(connection, LOCK_ORDERS, [[...orders]]),
    counts ? ask<{ last_order: number }>(connection, LOCK_COUNTER, []) : NOTHING,
  ]);
  return new BatchBooks(
    new Map(accountRows.rows.map(({ name, ...account }) => [name, account])),
    new Map(orderRows.rows.map(({ number, value }) => [number, value])),
    counterRows.rows[0]?.last_order ?? 0,
    drawOrder,
  );
}

/** Writes what has become of the books, and commits: one round trip. */
export async function commit(
  connection: Connection,
  books: BatchBooks,
  { drawOrder, now }: TransactionOptions,
): Promise<void> {
  const { madeOrders, cashedOrders, movements } = books;
  const accounts = [...books.changed.values()];
  const sent: Promise<unknown>[] = [];
  if (movements.length > 0) {
    const column = (name: keyof (typeof movements)[number]) => movements.map((row) => row[name]);
    sent.push(
      ask(connection, SET_WALLETS, [
        accounts.map(({ id }) => id),
        accounts.map(({ balance }) => balance),
        accounts.map(({ newest }) => newest),
      ]),
      ask(connection, ADD_MOVEMENTS, [
        column('wallet'),
        column('sequence'),
        column('kind'),
        column('order'),
        column('amount'),
        column('balance'),
        now(),
      ]),
    );
  }
  if (madeOrders.size > 0) {
    sent.push(ask(connection, ADD_ORDERS, [[...madeOrders.keys()], [...madeOrders.values()]]));
  }
  if (cashedOrders.size > 0) sent.push(ask(connection, REMOVE_ORDERS, [[...cashedOrders]]));
  if (drawOrder === undefined && books.lastOrder > 0) {
    sent.push(ask(connection, SET_COUNTER, [books.lastOrder]));
  }
  if (books.outcomes.length > 0) {
    sent.push(ask(connection, ADD_OUTCOMES, addedColumns(books.outcomes)));
  }
  sent.push(connection.query('COMMIT'));
  await inPipeline(sent);
}
