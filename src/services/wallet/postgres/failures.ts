import { LedgerFailure } from '../ledger';

/** SQLSTATEs of a transaction that has lost against another one and may be made again. */
const CONFLICTS = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available: lock_timeout
  '23505', // unique_violation: two servers were asked the same thing, or drew the same number
]);

/** SQLSTATEs, by their class, of a server that ends, starts, or is not there. */
const ABSENCES = /^(08|57P|53300|25P03)/;

/** How a transaction failed. */
export interface Verdict {
  /** Whether it may have been committed nevertheless. */
  readonly mayBeDone: boolean;
  /** Whether to make it again has a chance. */
  readonly isPassing: boolean;
}

/** @param isCommitting whether COMMIT was on its way */
export function judge(error: unknown, isCommitting: boolean): Verdict {
  // What has a severity is PostgreSQL's own verdict: it has undone the transaction. Anything else is
  // the connection's, and the last words of a server that is being ended may have come too late.
  const isOfServer = error instanceof Error && 'severity' in error && 'code' in error;
  const code = isOfServer ? String(error.code) : '';
  const isVerdict = isOfServer && !ABSENCES.test(code);
  return {
    mayBeDone: isCommitting && !isVerdict,
    isPassing: !isVerdict || CONFLICTS.has(code),
  };
}

export function failureOf(error: unknown, { mayBeDone }: Verdict): LedgerFailure {
  const text = error instanceof Error ? error.message : String(error);
  return new LedgerFailure(mayBeDone ? 'unknown' : 'undone', `the ledger's database: ${text}`, {
    cause: error,
  });
}
