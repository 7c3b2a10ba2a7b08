import { audit, type AuditReport } from './audit';
import { isDatabase } from './open-ledger';
import { connectTo } from './postgres/connections';
import { openForReading } from './sqlite/open-file';

/**
 * Audits a durable ledger as it is at one moment, also while servers change it.
 * @param place a file, or postgres://...
 * @throws LedgerOpenError
 */
export function auditPlace(place: string): Promise<AuditReport> {
  return isDatabase(place) ? auditDatabase(place) : auditFile(place);
}

async function auditFile(path: string): Promise<AuditReport> {
  const file = await openForReading(path);
  try {
    // The first question fixes what all of them see.
    file.database.exec('BEGIN');
    return await audit((sql) => file.database.prepare<[], Record<string, unknown>>(sql).all());
  } finally {
    file.close();
  }
}

async function auditDatabase(address: string): Promise<AuditReport> {
  const connections = await connectTo(address, 1, { creates: false });
  const connection = await connections.connect();
  try {
    await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await audit(async (sql) => (await connection.query<Record<string, unknown>>(sql)).rows);
  } finally {
    connection.release(true);
    await connections.end();
  }
}
