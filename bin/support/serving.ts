import { type Address, type ListenOptions, type Server } from '../../src/rpc/index';
import { hasCode } from './program';
import type { Register } from './registering';

/** What clients that are still connected get to leave, and calls that run to finish. */
const DRAIN_MS = 3_000;

/** Why a server ends: by its own end procedure, by SIGINT or SIGTERM, or because it cannot go on. */
export type Ending = 'called' | 'signal' | 'failed';

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

  /** Why the server cannot go on, if it cannot. */
  failure: Error | undefined;

  /** The server cannot go on. */
  readonly fail = (failure: Error): void => {
    this.failure ??= failure;
    this.#settle('failed');
  };

  /** Only the first signal asks for a quiet end; a second one kills, as it always does. */
  listenToSignals(): void {
    process.once('SIGINT', () => this.#settle('signal'));
    process.once('SIGTERM', () => this.#settle('signal'));
  }
}

export interface ServeOptions extends Pick<ListenOptions, 'tls'> {
  /** Where the server is told to be found, when it is. */
  readonly register?: Register | undefined;
  /** Told of the address once calls are taken and binders know it. */
  readonly onListening?: (address: Address) => Promise<void>;
}

/**
 * Serves on all addresses of the machine until the lifetime is over, then leaves: its binders name
 * it no more, calls that run are answered, the one that ended the server too, and it closes.
 * @throws Error when the port is taken; why the server could not go on
 */
export async function serve(
  server: Server,
  port: number,
  lifetime: Lifetime,
  { register, onListening, ...options }: ServeOptions = {},
): Promise<Ending> {
  const address = await listen(server, port, options);
  lifetime.listenToSignals();
  let registrar: ReturnType<Register> | undefined;
  try {
    registrar = register?.(address);
    // Who has no binder need not wait for one; who does may be told to end meanwhile.
    await Promise.race([registrar?.registered, lifetime.over]);
    await onListening?.(address);
    await lifetime.over;
  } finally {
    await registrar?.release();
    await server.close({ drainMs: DRAIN_MS });
  }
  if (lifetime.failure !== undefined) throw lifetime.failure;
  return lifetime.over;
}

async function listen(
  server: Server,
  port: number,
  options: Pick<ListenOptions, 'tls'>,
): Promise<Address> {
  try {
    return await server.listen({ port, ...options });
  } catch (error) {
    throw hasCode(error, 'EADDRINUSE')
      ? new Error(`another program listens on port ${port}: end it, or choose another port`)
      : error;
  }
}
