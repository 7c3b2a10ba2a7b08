import type { Pool, QueryResult } from 'pg';
import { LedgerOpenError } from '../open-error';
import { addressesOf } from './hosts';
import { type Connection, type Connections, PrimaryPool } from './primary-pool';
import { SCHEMA, SCHEMA_VERSION } from './schema';

/** More than this for one connection is a database that does not answer. */
const CONNECT_MS_MAX = 5_000;
/** A statement that waits longer for a lock waits for somebody who has died or sleeps. */
const LOCK_MS_MAX = 5_000;
/**
 * An answer that has not come by then will not: the network is cut. What a lock waits for is less, and
 * no statement of ours takes long.
 */
const QUERY_MS_MAX = 30_000;
/** A transaction that its server has left half done, when that server was cut off. */
const IDLE_MS_MAX = 10_000;

const INT8 = 20;
/** Whoever makes or fills the tables holds it: several servers may start at once. */
const SETUP_LOCK = 0x46_69_6f_4c;

/**
 * Connections to a database that has the tables of a ledger.
 * @param address of one host, or of several (hosts.ts), of which the one that can be written is used
 * @param creates whether it gets them now, if it does not have them
 * @throws LedgerOpenError when it cannot be reached, or has none or other tables
 */
export async function connectTo(
  address: string,
  connectionsMax: number,
  { creates }: { readonly creates: boolean },
): Promise<Connections> {
  const driver = await loadDriver();
  const [first = address, ...others] = addressesIn(address);
  const isReplicated = others.length > 0;
  const poolOf = (one: string) => makePool(driver, one, connectionsMax, isReplicated);
  const connections = new PrimaryPool([poolOf(first), ...others.map(poolOf)]);
  try {
    await inSetup(connections, (connection) => prepareSchema(connection, creates));
    return connections;
  } catch (error) {
    await connections.end();
    if (error instanceof LedgerOpenError) throw error;
    const text = error instanceof Error && error.message !== '' ? error.message : String(error);
    throw new LedgerOpenError(`cannot open the ledger in PostgreSQL: ${text}`, { cause: error });
  }
}

function addressesIn(address: string): string[] {
  try {
    return addressesOf(address);
  } catch (error) {
    throw new LedgerOpenError(error instanceof Error ? error.message : String(error));
  }
}

function makePool(
  { default: pg }: Driver,
  connectionString: string,
  max: number,
  isReplicated: boolean,
): Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: QUERY_MS_MAX,
    lock_timeout: LOCK_MS_MAX,
    idle_in_transaction_session_timeout: IDLE_MS_MAX,
    keepAlive: true,
    application_name: 'svc_banco',
    // Statements follow one another without waiting for each other's answers.
    ...{ pipeline: true },
    ...(isReplicated && { verify: refuseFollower }),
    types: {
      // Every number in the tables is one that JavaScript counts exactly: they check it.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
    },
  });
  // A connection that is lost while nobody uses it: the next one is made when it is needed.
  pool.on('error', () => undefined);
  // One that is lost in use: what was asked on it fails, which is enough.
  pool.on('connect', (connection) => connection.on('error', () => undefined));
  return pool;
}

/** Told of each new connection, before anybody uses it. */
function refuseFollower(connection: Connection, done: (error?: Error) => void): void {
  connection.query<{ isFollower: boolean }>('SELECT pg_is_in_recovery() AS "isFollower"').then(
    ({ rows }) =>
      done(rows[0]?.isFollower === false ? undefined : new Error('this host only follows another')),
    (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
  );
}

/** One transaction that no other server is in at the same time: for tables and lists of wallets. */
export async function inSetup<T>(
  connections: Connections,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connections.connect();
  try {
    await connection.query('BEGIN');
    await connection.query('SELECT pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    const result = await work(connection);
    await connection.query('COMMIT');
    connection.release();
    return result;
  } catch (error) {
    // Closed, not given back: what was half done is gone with it.
    connection.release(true);
    throw error;
  }
}

async function prepareSchema(connection: Connection, creates: boolean): Promise<void> {
  const exists = "SELECT to_regclass('ledger') IS NOT NULL AS is_there";
  const { rows }: QueryResult<{ is_there: boolean }> = await connection.query(exists);
  if (rows[0]?.is_there !== true) {
    if (!creates) throw new LedgerOpenError('the database has no ledger');
    await connection.query(SCHEMA);
  }
  const { rows: versions }: QueryResult<{ version: number }> = await connection.query(
    'SELECT version FROM ledger',
  );
  if (versions[0]?.version !== SCHEMA_VERSION) {
    throw new LedgerOpenError('the database has a ledger of another version of Fio');
  }
}

type Driver = Awaited<ReturnType<typeof loadDriver>>;

async function loadDriver() {
  try {
    return await import('pg');
  } catch (error) {
    const text = 'a ledger in PostgreSQL needs the package pg: run `npm install pg@8`';
    throw new LedgerOpenError(text, { cause: error });
  }
}
