/** Asks a question of a durable ledger; the numbers of the answer are JavaScript's. */
export type Ask = (
  sql: string,
) => readonly Record<string, unknown>[] | Promise<readonly Record<string, unknown>[]>;

/** What a ledger holds, and where it contradicts itself. */
export interface AuditReport {
  readonly wallets: number;
  readonly pendingOrders: number;
  readonly movements: number;
  /** The sums of all: what the wallets began with, what they and the orders hold. */
  readonly opened: bigint;
  readonly inWallets: bigint;
  readonly inOrders: bigint;
  /** One line for each contradiction, the first of each kind only when there are very many. */
  readonly differences: readonly string[];
}

const DIFFERENCES_MAX = 20;

/** What a movement adds to its wallet: an order takes, everything else gives. */
const SIGNED = 'CASE kind WHEN 2 THEN -amount ELSE amount END';

/** Each line of the journal says what the wallet holds after it: what it held before, and its own. */
const BROKEN_LINES = `
  SELECT name, sequence, held, line.balance AS balance FROM (
    SELECT wallet, sequence, kind, balance,
      coalesce(lag(balance) OVER lines, 0) + ${SIGNED} AS held,
      row_number() OVER lines AS place
    FROM movement WINDOW lines AS (PARTITION BY wallet ORDER BY sequence)
  ) AS line LEFT JOIN wallet ON wallet.id = line.wallet
  WHERE held <> line.balance OR (place = 1) <> (kind = 1)`;

/** What a wallet holds is what its lines add up to, and it began with what its first says. */
const BROKEN_WALLETS = `
  SELECT name, balance, total, opening, began FROM wallet LEFT JOIN (
    SELECT wallet, CAST(sum(${SIGNED}) AS bigint) AS total,
      CAST(sum(CASE kind WHEN 1 THEN amount ELSE 0 END) AS bigint) AS began
    FROM movement GROUP BY wallet
  ) AS journal ON journal.wallet = wallet.id
  WHERE coalesce(total, -1) <> balance OR began <> opening`;

/** An order that was made and not cashed is pending and holds what was put into it; no other is. */
const BROKEN_ORDERS = `
  SELECT coalesce(number, order_number) AS number, value, coalesce(made, 0) AS made,
    coalesce(cashed, 0) AS cashed, left_in
  FROM pending_order FULL JOIN (
    SELECT order_number, sum(CASE kind WHEN 2 THEN 1 ELSE 0 END) AS made,
      sum(CASE kind WHEN 3 THEN 1 ELSE 0 END) AS cashed,
      CAST(sum(CASE kind WHEN 2 THEN amount ELSE -amount END) AS bigint) AS left_in
    FROM movement WHERE kind <> 1 GROUP BY order_number
  ) AS journal ON number = order_number
  WHERE coalesce(made, 0) - coalesce(cashed, 0) <> CASE WHEN number IS NULL THEN 0 ELSE 1 END
    OR coalesce(left_in, -1) <> coalesce(value, 0)`;

/**
 * Recomputes every balance and every pending order from the journal and compares. It changes
 * nothing.
 * @param ask answers from one state of the ledger, whatever happens meanwhile
 */
export async function audit(ask: Ask): Promise<AuditReport> {
  const first = (sql: string) => ask(`${sql} LIMIT ${DIFFERENCES_MAX}`);
  const lines = await first(BROKEN_LINES);
  const wallets = await first(BROKEN_WALLETS);
  const orders = await first(BROKEN_ORDERS);
  const inWallets = await total(ask, 'balance', 'wallet');
  const inOrders = await total(ask, 'value', 'pending_order');
  const opened = await total(ask, 'amount', 'movement WHERE kind = 1');
  const differences = [
    ...lines.map(
      ({ name, sequence, held, balance }) =>
        `line ${text(sequence)} of the journal of '${text(name)}' says ${text(balance)}, ` +
        `and those before it ${text(held)}`,
    ),
    ...wallets.map(
      ({ name, balance, total: sum, opening, began }) =>
        `'${text(name)}' holds ${text(balance)}, its journal says ${text(sum)}` +
        (opening === began ? '' : `; it began with ${text(opening)}, its journal ${text(began)}`),
    ),
    ...orders.map(
      ({ number, value, made, cashed, left_in: left }) =>
        `order ${text(number)} holds ${text(value)}; the journal made it ${text(made)} times and ` +
        `cashed it ${text(cashed)} times, which leaves ${text(left)}`,
    ),
  ];
  if (inWallets.sum + inOrders.sum !== opened.sum) {
    differences.push(
      `wallets and orders hold ${inWallets.sum + inOrders.sum}, and there was ${opened.sum}`,
    );
  }
  return {
    wallets: inWallets.count,
    pendingOrders: inOrders.count,
    movements: (await total(ask, 'amount', 'movement')).count,
    opened: opened.sum,
    inWallets: inWallets.sum,
    inOrders: inOrders.sum,
    differences,
  };
}

/** How many rows, and their sum: in two halves, as the whole may not fit 64 bits. */
async function total(ask: Ask, column: string, table: string) {
  const HALF = 2 ** 26;
  const [row] = await ask(
    `SELECT count(*) AS count, CAST(coalesce(sum(${column} / ${HALF}), 0) AS bigint) AS high,
       CAST(coalesce(sum(${column} % ${HALF}), 0) AS bigint) AS low FROM ${table}`,
  );
  const sum = BigInt(Number(row?.high)) * BigInt(HALF) + BigInt(Number(row?.low));
  return { count: Number(row?.count), sum };
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'nothing';
}
