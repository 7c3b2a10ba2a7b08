import { type Movement } from '../movement';
import { type Database } from './open-file';

/** Rows of one INSERT: so many cost a third less each than one by one. */
const ROWS = 50;
const COLUMNS = 8;
const ROW = `(${Array.from({ length: COLUMNS }, () => '?').join(', ')})`;
const INSERT =
  'INSERT INTO movement' +
  ' (sequence, at_ms, kind, wallet, order_number, amount, balance, previous) VALUES ';

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
  readonly #insertOne;
  readonly #insertMany;
  readonly #read;
  /** The columns of the lines that are not yet written, one after another. */
  #columns: number[] = [];

  constructor(database: Database) {
    this.#insertOne = database.prepare(INSERT + ROW);
    this.#insertMany = database.prepare(INSERT + Array.from({ length: ROWS }, () => ROW).join());
    this.#read = database
      .prepare(
        'SELECT sequence, at_ms, kind, wallet, order_number, amount, balance, previous' +
          ' FROM movement WHERE sequence = ?',
      )
      .raw();
  }

  /** @param previous the movement of the same wallet before it, or 0 */
  add(wallet: number, movement: Movement, previous: number): void {
    const { sequence, atMs, kind, order, amount, balance } = movement;
    this.#columns.push(sequence, atMs, kind, wallet, order, amount, balance, previous);
  }

  /** Writes what was added. */
  write(): void {
    const columns = this.#columns;
    let start = 0;
    for (const step = ROWS * COLUMNS; start + step <= columns.length; start += step) {
      this.#insertMany.run(columns.slice(start, start + step));
    }
    for (; start < columns.length; start += COLUMNS) {
      this.#insertOne.run(columns.slice(start, start + COLUMNS));
    }
    this.#columns = [];
  }

  /** Forgets what was added and not written. */
  forget(): void {
    this.#columns = [];
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
