import type Sqlite from 'better-sqlite3';
import { resolve } from 'node:path';
import { LedgerOpenError } from '../open-error';
import { migrate } from './migrate';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema';

export type Database = Sqlite.Database;

/** An open file, and what must be closed with it. */
export interface LedgerFile {
  readonly database: Database;
  close(): void;
}

/**
 * Opens a ledger's file for the one process that changes it, and makes it when there is none.
 * @throws LedgerOpenError when another process has it, or when it is something else
 */
export async function openForChange(path: string): Promise<LedgerFile> {
  const open = await loadDriver();
  const file = resolve(path);
  const lock = lockFile(open, file);
  try {
    const database = open(file);
    try {
      // A commit is over when its fsync is: nothing that was answered is lost with the power.
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      prepareSchema(database, path);
    } catch (error) {
      database.close();
      throw isNoDatabase(error) ? notALedger(path) : error;
    }
    return {
      database,
      close: () => {
        database.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Opens a ledger's file to look at it, also while a server has it.
 * @throws LedgerOpenError when it is not there, or is something else
 */
export async function openForReading(path: string): Promise<LedgerFile> {
  const open = await loadDriver();
  let database: Database;
  try {
    database = open(resolve(path), { readonly: true, fileMustExist: true });
  } catch (error) {
    throw new LedgerOpenError(`cannot open ${path}: ${textOf(error)}`, { cause: error });
  }
  try {
    if (!isLedger(database)) throw notALedger(path);
  } catch (error) {
    database.close();
    throw isNoDatabase(error) ? notALedger(path) : error;
  }
  return { database, close: () => database.close() };
}

type Open = (file: string, options?: Sqlite.Options) => Database;

async function loadDriver(): Promise<Open> {
  try {
    const { default: Driver } = await import('better-sqlite3');
    // The package may be there without its compiled half; that shows when it is used.
    new Driver(':memory:').close();
    return (file, options) => new Driver(file, options);
  } catch (error) {
    const text =
      'a ledger in a file needs the package better-sqlite3: run `npm install better-sqlite3@12` ' +
      '(`make ledger` in a clone of Fio)';
    throw new LedgerOpenError(text, { cause: error });
  }
}

/**
 * Two processes that count orders each for itself would give one number twice. SQLite's own lock on
 * a file beside the ledger: the system lets go of it when the process ends, however it ends, and
 * the ledger itself stays open to those who only look.
 */
function lockFile(open: Open, file: string): Database {
  let lock: Database | undefined;
  try {
    lock = open(`${file}-lock`, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) {
      throw new LedgerOpenError(`cannot open ${file}: ${textOf(error)}`, { cause: error });
    }
    throw new LedgerOpenError(
      `another process has the ledger ${file}: end it first (several servers on one ledger need ` +
        'PostgreSQL: --ledger postgres://...)',
    );
  }
}

function prepareSchema(database: Database, path: string): void {
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (tables === 0) database.transaction(() => database.exec(SCHEMA))();
  if (!isLedger(database)) throw notALedger(path);
  if (versionOf(database) !== SCHEMA_VERSION) migrate(database);
}

/** Of this version, or of an earlier one: what differs is nothing that who only looks asks for. */
function isLedger(database: Database): boolean {
  const version = versionOf(database);
  return (
    database.pragma('application_id', { simple: true }) === APPLICATION_ID &&
    version >= 1 &&
    version <= SCHEMA_VERSION
  );
}

function versionOf(database: Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}

function isNoDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_NOTADB';
}

function notALedger(path: string): LedgerOpenError {
  return new LedgerOpenError(
    `${path} is no ledger that this version of Fio can use: choose another file`,
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
