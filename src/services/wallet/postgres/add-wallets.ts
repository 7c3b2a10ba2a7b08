import type { QueryResult } from 'pg';
import { requireAmount } from '../ledger';
import { MovementKind } from '../movement';
import { type Added, WalletConflict } from '../wallet-conflict';
import { inSetup } from './connections';
import { type Connections } from './primary-pool';

/** Wallets of one statement. */
const PAGE_WALLETS = 10_000;

/**
 * Adds wallets that are not there yet, all or none.
 * @throws WalletConflict for one that is there and has begun with another balance
 */
export async function addWallets(
  connections: Connections,
  balances: Iterable<readonly [string, number]>,
  nowMs: number,
): Promise<Added> {
  const list = [...balances];
  for (const [name, value] of list) requireAmount(value, `the balance of ${name}`);
  let added = 0;
  await inSetup(connections, async (connection) => {
    for (let start = 0; start < list.length; start += PAGE_WALLETS) {
      const page = list.slice(start, start + PAGE_WALLETS);
      const columns = [page.map(([name]) => name), page.map(([, value]) => value)];
      const { rows }: QueryResult<{ name: string; opening: number; value: number }> =
        await connection.query(
          `SELECT wallet.name, opening, value
           FROM unnest($1::text[], $2::bigint[]) AS list (name, value) JOIN wallet USING (name)
           WHERE opening <> value LIMIT 1`,
          columns,
        );
      const [other] = rows;
      if (other !== undefined) throw new WalletConflict(other.name, other.opening, other.value);
      // ORDINALITY: the wallets' numbers are in the order of the list, which is that of balances().
      const { rowCount } = await connection.query(
        `WITH added AS (
           INSERT INTO wallet (name, opening, balance, newest)
           SELECT name, value, value, 1
           FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS list (name, value, place)
           ORDER BY place
           ON CONFLICT (name) DO NOTHING RETURNING id, opening)
         INSERT INTO movement (wallet, sequence, at_ms, kind, order_number, amount, balance)
         SELECT id, 1, $3, $4, 0, opening, opening FROM added`,
        [...columns, nowMs, MovementKind.OPENED],
      );
      added += rowCount ?? 0;
    }
  });
  return { added, kept: list.length - added };
}
