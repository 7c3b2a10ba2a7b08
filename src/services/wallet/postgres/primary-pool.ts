import type { Pool, PoolClient } from 'pg';

/** A connection of a pool; release() gives it back, release(true) closes it. */
export type Connection = PoolClient;

/** Where connections come from. */
export interface Connections {
  connect(): Promise<Connection>;
  /** Closes all of them, when they have been given back. */
  end(): Promise<void>;
}

/**
 * Connections to whichever of several hosts can be written: the primary of a replicated database,
 * which may change. The pools refuse connections to a host that only follows.
 */
export class PrimaryPool implements Connections {
  #current: Pool;

  /** @param pools of each host; a pool connects when it is asked */
  constructor(private readonly pools: readonly [Pool, ...Pool[]]) {
    this.#current = pools[0];
  }

  /** @throws Error why the host that was the primary cannot be reached, when there is no other */
  async connect(): Promise<Connection> {
    const tried = this.#current;
    try {
      return await tried.connect();
    } catch (error) {
      const others = this.pools.filter((pool) => pool !== tried);
      const found = await firstOf(others);
      if (found === undefined) throw error;
      this.#current = found.pool;
      return found.connection;
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }
}

/** All are asked at once: one that has vanished answers late or never. */
async function firstOf(
  pools: readonly Pool[],
): Promise<{ pool: Pool; connection: Connection } | undefined> {
  let isFound = false;
  const asked = pools.map(async (pool) => {
    const connection = await pool.connect();
    if (isFound) connection.release();
    isFound = true;
    return { pool, connection };
  });
  return Promise.any(asked).catch(() => undefined);
}
