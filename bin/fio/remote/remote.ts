import type { Command } from 'commander';
import type { CallOptions, Channel } from '../../../src/rpc/index';
import type * as target from '../../../src/services/binder/target';
import { serverAddress } from '../../support/arguments';
import { parseDuration } from '../tool/duration';
import type { Io } from '../tool/io';
import { addSecurityOptions, securityOf, type SecurityOptions } from './security-options';

/** Of a call that nobody has given another limit, and of what the tool asks for itself. */
const TIMEOUT_MS = 15_000;
const CONNECT_MS = 5_000;

export interface RemoteOptions extends SecurityOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly wait?: number;
}

/** A command that talks to a server: its address, and how to reach it. */
export function addRemote(command: Command): Command {
  command
    .argument('<server>', 'host:port, several with commas, or binder:, etcd: or dns: addresses')
    .option('--timeout <time>', 'the time limit of a call: 500ms, 5s, 2m', parseDuration)
    .option(
      '--wait <time>',
      'keep trying to connect for so long (default: fail at once)',
      parseDuration,
    );
  return addSecurityOptions(command);
}

/** A server as a command sees it. */
export interface Remote {
  readonly channel: Channel;
  /** For what the tool asks, and for calls with one request and one reply. */
  readonly callOptions: CallOptions;
  /** For calls that may last: a time limit only when it is asked for. */
  readonly streamOptions: CallOptions;
}

/**
 * Connects, works, and leaves, whatever happens.
 * @throws UsageError for an address or flags that cannot be meant
 */
export async function withRemote<T>(
  server: string,
  options: RemoteOptions,
  io: Io,
  work: (remote: Remote) => Promise<T>,
): Promise<T> {
  const { timeout, wait } = options;
  const channel = loadTarget().connectTo(serverAddress(server), {
    connectTimeoutMs: wait ?? CONNECT_MS,
    ...securityOf(options),
  });
  const shared = { signal: io.signal, waitForReady: wait !== undefined };
  try {
    return await work({
      channel,
      callOptions: { ...shared, timeoutMs: timeout ?? Math.max(TIMEOUT_MS, wait ?? 0) },
      streamOptions: { ...shared, ...(timeout !== undefined && { timeoutMs: timeout }) },
    });
  } finally {
    await channel.close();
  }
}

/**
 * Needed only here, and it needs a stub, which another command of this program makes. Not import():
 * that needs the extension of the compiled file.
 */
function loadTarget(): typeof target {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../../../src/services/binder/target') as typeof target;
}
