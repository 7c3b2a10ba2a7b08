import { RpcError, StatusCode } from '../../../src/rpc/index';
import { printable } from './printable';
import type { Paint } from './paint';

/** What may be done about it, for the codes of which that can be said. */
const ADVICE: Partial<Record<StatusCode, string>> = {
  [StatusCode.UNAVAILABLE]:
    'Is the server running, and the address right? --wait 10s keeps trying to connect.',
  [StatusCode.DEADLINE_EXCEEDED]:
    'What was asked for may have happened all the same. --timeout 60s waits longer.',
  [StatusCode.UNAUTHENTICATED]:
    'Say who you are: --token, or FIO_TOKEN in the environment; --tls with --cert and --key.',
};

/** An error in words, in one line or more, without a line feed at the end. */
export function reportOf(error: unknown, paint: Paint, isVerbose: boolean): string {
  if (!(error instanceof Error)) return `${paint('red', 'fio:')} ${String(error)}`;
  if (isVerbose && error.stack !== undefined) return `fio: ${error.stack}`;
  if (!(error instanceof RpcError)) return `${paint('red', 'fio:')} ${printable(error.message)}`;
  const { code, text, isLocal } = error;
  const line = `${paint('red', `fio: ${StatusCode[code]}`)}${text === '' ? '' : `: ${printable(text)}`}`;
  // A server's own word is enough; and it may be UNAVAILABLE for reasons that it has told.
  const advice = isLocal || code === StatusCode.UNAUTHENTICATED ? ADVICE[code] : undefined;
  return advice === undefined ? line : `${line}\n${advice}`;
}
