import { type Address, type ListenOptions, serveOnWorkers, type Server } from '../../src/rpc/index';
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

  /** Somebody else has had a signal, and ends this server. */
  readonly drain = (): void => this.#settle('signal');

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
  const address = await explainTaken(port, server.listen({ port, ...options }));
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

/**
 * Serves on so many processes until a signal ends them; in each of them this program runs again, to
 * here, and makes a server.
 * @throws Error when the port is taken, or no process stays alive
 */
export async function serveOnProcesses(
  workers: number,
  makeServer: () => Server,
  port: number,
  lifetime: Lifetime,
  { register, onListening, ...options }: ServeOptions = {},
): Promise<void> {
  const onDrain = () => lifetime.drain();
  const group = await explainTaken(
    port,
    serveOnWorkers({ workers, port, drainMs: DRAIN_MS, onDrain, ...options }, makeServer),
  );
  // One that cannot go on, or whose end procedure was called, ends them all.
  void lifetime.over.then(() => group.close());
  if (group.isWorker) {
    await group.over;
    if (lifetime.failure !== undefined) throw lifetime.failure;
    return;
  }
  let registrar: ReturnType<Register> | undefined;
  try {
    registrar = register?.(group.address);
    await Promise.race([registrar?.registered, group.over]);
    await onListening?.(group.address);
    await group.over;
  } finally {
    await registrar?.release();
    group.close();
  }
}

async function explainTaken<T>(port: number, listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    // From another process comes only the text.
    throw error instanceof Error && error.message.includes('EADDRINUSE')
      ? new Error(`another program listens on port ${port}: end it, or choose another port`)
      : error;
  }
}
