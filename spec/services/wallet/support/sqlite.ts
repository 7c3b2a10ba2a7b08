let isThere: boolean | undefined;

/** Skips a suite where better-sqlite3 is not compiled (`make ledger`); fails it when CI=true. */
export async function skipUnlessSqlite(context: Mocha.Context): Promise<void> {
  isThere ??= await canLoad();
  if (isThere) return;
  if (process.env.CI === 'true') throw new Error('better-sqlite3 is not compiled: `make ledger`');
  context.skip();
}

async function canLoad(): Promise<boolean> {
  try {
    const { default: Database } = await import('better-sqlite3');
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}
