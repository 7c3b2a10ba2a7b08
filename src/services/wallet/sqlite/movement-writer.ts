import { type Movement } from '../movement';
import { type Database } from './open-file';
import { RowWriter } from './row-writer';

const COLUMNS = [
  'sequence',
  'at_ms',
  'kind',
  'wallet',
  'order_number',
  'amount',
  'balance',
  'previous',
];

type Row = [
  sequence: number,
  atMs: number,
  kind: number,
  wallet: number,
  order: number,
  amount: number,
  balance: number,
  previous: number,
];

/** The journal's table: lines are gathered and written together. */
export class MovementWriter {
  readonly #rows: RowWriter;
  readonly #read;

  constructor(database: Database) {
    this.#rows = new RowWriter(
      database,
      COLUMNS.length,
      (rows) => `INSERT INTO movement (${COLUMNS.join(', ')}) VALUES ${rows}`,
    );
    this.#read = database
      .prepare(`SELECT ${COLUMNS.join(', ')} FROM movement WHERE sequence = ?`)
      .raw();
  }

  /** @param previous the movement of the same wallet before it, or 0 */
  add(wallet: number, movement: Movement, previous: number): void {
    const rows = this.#rows;
    rows.put(movement.sequence);
    rows.put(movement.atMs);
    rows.put(movement.kind);
    rows.put(wallet);
    rows.put(movement.order);
    rows.put(movement.amount);
    rows.put(movement.balance);
    rows.put(previous);
  }

  /** Writes what was added. */
  write(): void {
    this.#rows.write();
  }

  /** Forgets what was added and not written. */
  forget(): void {
    this.#rows.forget();
  }

  /** A wallet's movements from its newest back, those below a number, at most so many. */
  backFrom(wallet: number, newest: number, before: number, countMax: number): Movement[] {
    const found: Movement[] = [];
    for (let next = this.#start(wallet, newest, before); next !== 0 && found.length < countMax;) {
      const row = this.#read.get(next) as Row | undefined;
      if (row === undefined) break;
      const [sequence, atMs, kind, , order, amount, balance, previous] = row;
      if (sequence < before) found.push({ sequence, atMs, kind, order, amount, balance });
      next = previous;
    }
    return found;
  }

  /** Where a page ended the next one goes on, without walking from the newest again. */
  #start(wallet: number, newest: number, before: number): number {
    if (before > newest) return newest;
    const row = this.#read.get(before) as Row | undefined;
    return row?.[3] === wallet ? row[7] : newest;
  }
}
