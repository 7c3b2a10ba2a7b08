import { Pool } from 'pg';
import { BALANCES } from '../wallets';

/**
 * The wallet's two keyed methods as whoever has PostgreSQL at hand writes them: a function each in
 * the database, one round trip and one transaction for each call. The same is kept as by ours: the
 * wallets, the pending orders, a journal, and the outcome of each key.
 */
const SCHEMA = `
  CREATE TABLE wallet (name text PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
  CREATE TABLE pending_order (number bigint PRIMARY KEY, value bigint NOT NULL);
  CREATE TABLE movement (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    wallet text NOT NULL, order_number bigint NOT NULL, amount bigint NOT NULL, after bigint NOT NULL
  );
  CREATE TABLE outcome (key uuid PRIMARY KEY, result bigint NOT NULL);
  CREATE SEQUENCE order_number;

  CREATE FUNCTION create_order(k uuid, w text, v bigint) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE known bigint; left_over bigint; made bigint;
  BEGIN
    SELECT result INTO known FROM outcome WHERE key = k;
    IF FOUND THEN RETURN known; END IF;
    UPDATE wallet SET balance = balance - v WHERE name = w AND balance >= v
      RETURNING balance INTO left_over;
    IF NOT FOUND THEN RETURN -1; END IF;
    made := nextval('order_number');
    INSERT INTO pending_order VALUES (made, v);
    INSERT INTO movement (wallet, order_number, amount, after) VALUES (w, made, -v, left_over);
    INSERT INTO outcome VALUES (k, made);
    RETURN made;
  END $$;

  CREATE FUNCTION cash_order(k uuid, n bigint, v bigint, w text) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE known bigint; holds bigint;
  BEGIN
    SELECT result INTO known FROM outcome WHERE key = k;
    IF FOUND THEN RETURN known; END IF;
    DELETE FROM pending_order WHERE number = n AND value = v;
    IF NOT FOUND THEN RETURN -1; END IF;
    UPDATE wallet SET balance = balance + v WHERE name = w RETURNING balance INTO holds;
    INSERT INTO movement (wallet, order_number, amount, after) VALUES (w, n, v, holds);
    INSERT INTO outcome VALUES (k, 0);
    RETURN 0;
  END $$;
`;

/** As pgbench's users find best on two cores; more only wait for each other. */
const CONNECTIONS = 16;

/** Payments by plain PostgreSQL. */
export class PlainPayments {
  private constructor(private readonly pool: Pool) {}

  /** An empty database: make the tables, and the wallets of BALANCES. */
  static async create(place: string): Promise<PlainPayments> {
    const payments = PlainPayments.open(place);
    await payments.pool.query(SCHEMA);
    await payments.pool.query('INSERT INTO wallet SELECT * FROM unnest($1::text[], $2::bigint[])', [
      [...BALANCES.keys()],
      [...BALANCES.values()],
    ]);
    return payments;
  }

  static open(place: string): PlainPayments {
    const pool = new Pool({ connectionString: place, max: CONNECTIONS });
    return new PlainPayments(pool);
  }

  /** @returns its number; -1 when the wallet holds less */
  createOrder(key: string, wallet: string, value: number): Promise<number> {
    return this.call('create_order($1,$2,$3)', [key, wallet, value]);
  }

  /** @returns 0; -1 when there is no such order */
  transfer(key: string, order: number, value: number, wallet: string): Promise<number> {
    return this.call('cash_order($1,$2,$3,$4)', [key, order, value, wallet]);
  }

  private async call(text: string, values: readonly (string | number)[]): Promise<number> {
    const { rows } = await this.pool.query<{ result: string }>({
      name: text,
      text: `SELECT ${text} AS result`,
      values: [...values],
    });
    return Number(rows[0]?.result);
  }
}
