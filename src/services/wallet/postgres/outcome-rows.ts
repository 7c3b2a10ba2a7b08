import type { QueryResultRow } from 'pg';
import { type KeyedCall, identityOf, timeOfKey } from '../../../rpc/index';
import { callerName } from '../outcomes';
import { inSetup } from './connections';
import { type Connection, type Connections } from './primary-pool';
import { type KeyedChange } from './keyed-change';
import { ask, inPipeline } from './statements';

const FIND_OUTCOMES = {
  name: 'find_outcomes',
  text: `SELECT key, caller, service, method, hash, outcome FROM outcome
         WHERE (key, caller, service, method) IN
           (SELECT * FROM unnest($1::bytea[], $2::text[], $3::integer[], $4::integer[]))`,
};
const READ_FORGOTTEN = { name: 'read_forgotten', text: 'SELECT forgotten_ms FROM ledger' };

/** Fails with a unique_violation when another server has added one of them meanwhile. */
export const ADD_OUTCOMES = {
  name: 'add_outcomes',
  text: `INSERT INTO outcome (key, caller, service, method, hash, outcome)
         SELECT * FROM unnest($1::bytea[], $2::text[], $3::integer[], $4::integer[],
           $5::bytea[], $6::bytea[])`,
};

interface OutcomeRow extends QueryResultRow {
  readonly key: Buffer;
  readonly caller: string;
  readonly service: number;
  readonly method: number;
  readonly hash: Buffer;
  readonly outcome: Buffer;
}

/** Sees which calls are remembered, and begins them all. @param begun the transaction's BEGIN */
export async function beginKeyed(
  connection: Connection,
  begun: Promise<unknown>,
  changes: readonly KeyedChange[],
): Promise<void> {
  const calls = changes.map(({ call }) => call);
  // In this sequence: what is forgotten between the two is seen to be.
  const [, found, forgotten] = await inPipeline([
    begun,
    ask<OutcomeRow>(connection, FIND_OUTCOMES, identityColumns(calls)),
    ask<{ forgotten_ms: number }>(connection, READ_FORGOTTEN, []),
  ]);
  const remembered = new Map(found.rows.map((row) => [identityOfRow(row), row]));
  const forgottenMs = forgotten.rows[0]?.forgotten_ms ?? 0;
  for (const change of changes) change.begin(remembered.get(identityOf(change.call)), forgottenMs);
}

/** The parameters of ADD_OUTCOMES. */
export function addedColumns(
  outcomes: readonly { readonly call: KeyedCall; readonly outcome: Uint8Array }[],
): unknown[] {
  return [
    ...identityColumns(outcomes.map(({ call }) => call)),
    outcomes.map(({ call }) => Buffer.from(call.argumentHash)),
    outcomes.map(({ outcome }) => Buffer.from(outcome)),
  ];
}

/** Forgets all but the newest by the time of their keys, and remembers until when. */
export function forgetOldest(connections: Connections, countMax: number): Promise<void> {
  return inSetup(connections, async (connection) => {
    const { rows } = await connection.query<{ key: Buffer }>(
      'SELECT key FROM outcome ORDER BY key DESC OFFSET $1 LIMIT 1',
      [countMax],
    );
    const key = rows[0]?.key;
    if (key === undefined) return;
    await connection.query('UPDATE ledger SET forgotten_ms = greatest(forgotten_ms, $1)', [
      timeOfKey(key),
    ]);
    await connection.query('DELETE FROM outcome WHERE key <= $1', [key]);
  });
}

function identityColumns(calls: readonly KeyedCall[]): unknown[] {
  return [
    calls.map(({ key }) => Buffer.from(key)),
    calls.map(callerName),
    calls.map(({ service }) => service),
    calls.map(({ method }) => method),
  ];
}

function identityOfRow({ key, caller, service, method }: OutcomeRow): string {
  return identityOf({
    key,
    caller: caller === '' ? undefined : caller.slice(1),
    service,
    method,
    argumentHash: NO_HASH,
  });
}

const NO_HASH = new Uint8Array(0);
