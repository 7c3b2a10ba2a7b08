import type { QueryResult, QueryResultRow } from 'pg';
import { type Connection } from './primary-pool';

/** A statement with a name: the server plans it once for each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export function ask<R extends QueryResultRow>(
  connection: Connection,
  statement: Statement,
  values: unknown[],
): Promise<QueryResult<R>> {
  return connection.query<R>({ ...statement, values });
}

/** Waits for statements that have all been sent; when one fails, so do those after it. */
export async function inPipeline<T extends readonly unknown[]>(sent: {
  readonly [I in keyof T]: Promise<T[I]>;
}): Promise<T> {
  const settled = await Promise.allSettled(sent);
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return Promise.all(sent) as Promise<unknown> as Promise<T>;
}
