import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { balanceOf, WALLET_COUNT } from '../wallets';
import type { Job } from './index';

/** Payments in one transaction. */
const BATCH = 1_000;

/**
 * What SQLite itself can do: the rows that a payment of the wallet server writes, by plain
 * statements, a thousand payments to a transaction and an fsync. No calls, no keys, no answers.
 */
export function databaseJob(): Job {
  const folder = mkdtempSync(join(process.cwd(), '.make', 'bench', 'database-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const database = new Sqlite(join(folder, 'payments.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(`
    CREATE TABLE wallet (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL) STRICT;
    CREATE TABLE pending_order (number INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    CREATE TABLE movement (sequence INTEGER PRIMARY KEY, wallet INTEGER, amount INTEGER) STRICT;
  `);
  const sql = {
    addWallet: database.prepare('INSERT INTO wallet VALUES (?, ?)'),
    balance: database.prepare('SELECT balance FROM wallet WHERE id = ?').pluck(),
    setBalance: database.prepare('UPDATE wallet SET balance = ? WHERE id = ?'),
    addOrder: database.prepare('INSERT INTO pending_order VALUES (?, ?)'),
    order: database.prepare('SELECT value FROM pending_order WHERE number = ?').pluck(),
    removeOrder: database.prepare('DELETE FROM pending_order WHERE number = ?'),
    addMovement: database.prepare('INSERT INTO movement (wallet, amount) VALUES (?, ?)'),
  };
  for (let i = 0; i < WALLET_COUNT; i++) sql.addWallet.run(i, balanceOf(i));

  let orders = 0;
  const move = (wallet: number, amount: number): void => {
    const balance = sql.balance.get(wallet) as number;
    if (balance + amount < 0) throw new Error('a wallet holds less');
    sql.setBalance.run(balance + amount, wallet);
    sql.addMovement.run(wallet, amount);
  };
  const pay = (payer: number, payee: number): void => {
    const number = ++orders;
    move(payer, -1);
    sql.addOrder.run(number, 1);
    const value = sql.order.get(number) as number;
    sql.removeOrder.run(number);
    move(payee, value);
  };
  const batch = database.transaction((count: number) => {
    for (let i = 0; i < count; i++) pay(i % WALLET_COUNT, (i + 1) % WALLET_COUNT);
  });
  return (times) => {
    for (let left = times; left > 0; left -= BATCH) batch(Math.min(left, BATCH));
  };
}
