import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { balanceOf, WALLET_COUNT } from '../wallets';
import type { Job } from './index';

/**
 * What SQLite itself can do: the rows that a payment of the wallet server writes, by plain
 * statements. As an order has to be there before it is cashed, `batch` orders are made in one
 * transaction with an fsync, and cashed in the next. No calls, no keys, no answers.
 */
export function databaseJob(batch: number): Job {
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

  let orders = 1;
  const move = (wallet: number, amount: number): void => {
    const balance = sql.balance.get(wallet) as number;
    if (balance + amount < 0) throw new Error('a wallet holds less');
    sql.setBalance.run(balance + amount, wallet);
    sql.addMovement.run(wallet, amount);
  };
  const make = database.transaction((count: number) => {
    for (let i = 0; i < count; i++) {
      move(i % WALLET_COUNT, -1);
      sql.addOrder.run(orders + i, 1);
    }
  });
  const cash = database.transaction((count: number) => {
    for (let i = 0; i < count; i++) {
      const value = sql.order.get(orders + i) as number;
      sql.removeOrder.run(orders + i);
      move((i + 1) % WALLET_COUNT, value);
    }
  });
  // Whole batches only: what is left of one is for the next time.
  let due = 0;
  return (times) => {
    for (due += times; due >= batch; due -= batch) {
      make(batch);
      cash(batch);
      orders += batch;
    }
  };
}
