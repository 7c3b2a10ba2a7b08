import { type Database } from './open-file';

/** Rows of one statement: so many cost a third less each than one by one. */
const ROWS = 50;

type Value = number | string | Uint8Array;

/** Gathers rows and writes them together, by one kind of statement. */
export class RowWriter {
  readonly #one;
  readonly #many;
  /** How many values ROWS rows have. */
  readonly #step: number;
  readonly #columns: number;
  /** Rows that are not yet written, ROWS in each array, value by value. */
  readonly #full: Value[][] = [];
  /** The rows after those, up to `#end`. */
  #values: Value[];
  #end = 0;
  /** Written and to be filled again: to grow new ones costs as much as to fill them. */
  readonly #spare: Value[][] = [];

  /**
   * @param columns of a row
   * @param statement with `(?, ?), (?, ?)` for the rows; each of them changes one
   */
  constructor(database: Database, columns: number, statement: (rows: string) => string) {
    const row = `(${Array.from({ length: columns }, () => '?').join(', ')})`;
    this.#one = database.prepare(statement(row));
    this.#many = database.prepare(statement(Array.from({ length: ROWS }, () => row).join()));
    this.#columns = columns;
    this.#step = ROWS * columns;
    this.#values = this.#newValues();
  }

  /** The next value, of the next row when the last has all of its own. */
  put(value: Value): void {
    if (this.#end === this.#step) {
      this.#full.push(this.#values);
      this.#values = this.#spare.pop() ?? this.#newValues();
      this.#end = 0;
    }
    this.#values[this.#end++] = value;
  }

  /** Writes what was put. @returns how many rows. @throws Error when not each has changed one */
  write(): number {
    const due = (this.#full.length * this.#step + this.#end) / this.#columns;
    let rows = 0;
    for (const values of this.#full) rows += this.#many.run(values).changes;
    const values = this.#values;
    if (this.#end === this.#step) rows += this.#many.run(values).changes;
    else {
      for (let start = 0; start < this.#end; start += this.#columns) {
        rows += this.#one.run(values.slice(start, start + this.#columns)).changes;
      }
    }
    this.forget();
    // Nobody else writes the file: somebody does, or a line of ours is wrong.
    if (rows !== due) throw new Error(`${due} rows were to change, and ${rows} have`);
    return rows;
  }

  /** Forgets what was put and not written. */
  forget(): void {
    for (const values of this.#full) this.#spare.push(values);
    this.#full.length = 0;
    this.#end = 0;
  }

  #newValues(): Value[] {
    return new Array<Value>(this.#step).fill(0);
  }
}
