import { CommanderError } from 'commander';
import { RpcError, StatusCode } from '../../../src/rpc/index';
import { UsageError } from '../../support/program';

/** How `fio` ends. docs/FIO.md has the table. */
export const ExitCode = {
  OK: 0,
  /** Something else than a call has failed: a file, the tool itself. */
  FAILED: 1,
  /** Arguments or input that cannot be meant; nothing has been asked of anybody. */
  USAGE: 2,
  /** `fio health`: the server is there, and does not serve that. */
  NOT_SERVING: 3,
  /** A call that failed: this and its status, so 65 (CANCELLED) to 80 (UNAUTHENTICATED). */
  STATUS: 64,
  /** Ctrl-C. */
  INTERRUPTED: 130,
} as const;

/** Of a call's status. */
export function exitCodeOf(code: StatusCode): number {
  return code === StatusCode.OK ? ExitCode.OK : ExitCode.STATUS + code;
}

export function exitCodeOfError(error: unknown): number {
  if (error instanceof UsageError) return ExitCode.USAGE;
  if (error instanceof RpcError) return exitCodeOf(error.code);
  // Help that was asked for is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
  return ExitCode.FAILED;
}
