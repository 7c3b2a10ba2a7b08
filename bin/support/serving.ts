import { type Address, type ListenOptions, type Server } from '../../src/rpc/index';
import { hasCode } from './program';

/** What clients that are still connected get to leave, and calls that run to finish. */
const DRAIN_MS = 3_000;

/** Why a server ends: by its own end procedure, or by SIGINT or SIGTERM. */
export type Ending = 'called' | 'signal';

/** The time that a server runs: until end() or a signal. */
export class Lifetime {
  /** Settles once, when the server is to end. */
  readonly over: Promise<Ending>;
  #settle: (ending: Ending) => void = () => undefined;

  constructor() {
    this.over = new Promise((resolve) => (this.#settle = resolve));
  }

  /** The end procedure was called. */
  readonly end = (): void => this.#settle('called');

  /** Only the first signal asks for a quiet end; a second one kills, as it always does. */
  listenToSignals(): void {
    process.once('SIGINT', () => this.#settle('signal'));
    process.once('SIGTERM', () => this.#settle('signal'));
  }
}

export interface ServeOptions extends Pick<ListenOptions, 'tls'> {
  /** Told of the address once calls are taken. */
  readonly onListening?: (address: Address) => Promise<void>;
}

/**
 * Serves on all addresses of the machine until the lifetime is over, then closes: calls that run
 * are answered first, the one that ended the server too.
 */
export async function serve(
  server: Server,
  port: number,
  lifetime: Lifetime,
  { onListening, ...options }: ServeOptions = {},
): Promise<Ending> {
  let address: Address;
  try {
    address = await server.listen({ port, ...options });
  } catch (error) {
    throw hasCode(error, 'EADDRINUSE')
      ? new Error(`another program listens on port ${port}: end it, or choose another port`)
      : error;
  }
  lifetime.listenToSignals();
  try {
    await onListening?.(address);
  } catch (error) {
    await server.close({ drainMs: 0 });
    throw error;
  }
  const ending = await lifetime.over;
  await server.close({ drainMs: DRAIN_MS });
  return ending;
}
