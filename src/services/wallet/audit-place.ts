import { type Ask, audit, type AuditReport } from './audit';
import { isDatabase } from './open-ledger';
import { connectTo } from './postgres/connections';
import { openForReading } from './sqlite/open-file';

/**
 * Audits a durable ledger as it is at one moment, also while servers change it.
 * @param place a file, or postgres://...
 * @throws LedgerOpenError
 */
export function auditPlace(place: string): Promise<AuditReport> {
  return lookAt(place, audit);
}

/** Asks questions of one state of a durable ledger. @throws LedgerOpenError */
export function lookAt<T>(place: string, look: (ask: Ask) => Promise<T>): Promise<T> {
  return isDatabase(place) ? lookAtDatabase(place, look) : lookAtFile(place, look);
}

async function lookAtFile<T>(path: string, look: (ask: Ask) => Promise<T>): Promise<T> {
  const file = await openForReading(path);
  try {
    // The first question fixes what all of them see.
    file.database.exec('BEGIN');
    return await look((sql) => file.database.prepare<[], Record<string, unknown>>(sql).all());
  } finally {
    file.close();
  }
}

async function lookAtDatabase<T>(address: string, look: (ask: Ask) => Promise<T>): Promise<T> {
  const connections = await connectTo(address, 1, { creates: false });
  const connection = await connections.connect();
  try {
    await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await look(async (sql) => (await connection.query<Record<string, unknown>>(sql)).rows);
  } finally {
    connection.release(true);
    await connections.end();
  }
}
