import { type Database } from './open-file';

/** Rows of one INSERT: so many cost a third less each than one by one. */
const ROWS = 50;

/** Gathers rows of a table and writes them together. */
export class RowWriter {
  readonly #insertOne;
  readonly #insertMany;
  readonly #step: number;
  readonly #row: number;
  /** The columns of the rows that are not yet written, one after another. */
  #columns: (number | string | Uint8Array)[] = [];

  /** @param columns of the table, all of them */
  constructor(database: Database, table: string, columns: readonly string[]) {
    const row = `(${columns.map(() => '?').join(', ')})`;
    const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES `;
    this.#insertOne = database.prepare(insert + row);
    this.#insertMany = database.prepare(insert + Array.from({ length: ROWS }, () => row).join());
    this.#row = columns.length;
    this.#step = ROWS * columns.length;
  }

  /** @param columns in the sequence that was given */
  add(...columns: (number | string | Uint8Array)[]): void {
    this.#columns.push(...columns);
  }

  /** Writes what was added. @returns how many rows */
  write(): number {
    const columns = this.#columns;
    let start = 0;
    for (; start + this.#step <= columns.length; start += this.#step) {
      this.#insertMany.run(columns.slice(start, start + this.#step));
    }
    for (; start < columns.length; start += this.#row) {
      this.#insertOne.run(columns.slice(start, start + this.#row));
    }
    this.#columns = [];
    return columns.length / this.#row;
  }

  /** Forgets what was added and not written. */
  forget(): void {
    this.#columns = [];
  }
}
