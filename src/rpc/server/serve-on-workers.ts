import type { Cluster, Worker } from 'node:cluster';
import type { Address } from '../address';
import { systemEnvironment } from '../environment';
import type { ListenOptions, Server } from './server';
import { WorkerPool, type WorkerEvents, type WorkerProcess } from './worker-pool';

export interface WorkersOptions extends ListenOptions {
  /** Processes that share the port, 1 to 256. */
  readonly workers: number;
  /** What calls that run get to finish when a worker ends; default 10 000. */
  readonly drainMs?: number;
  /** Told, in a worker, that it takes no more calls and ends. */
  readonly onDrain?: () => void;
  /** Told of workers that die; default: a line on stderr. */
  readonly log?: (line: string) => void;
}

/** Workers that serve, seen from the process that keeps them or from one of them. */
export interface Workers {
  /** Whether this is one of the workers, and not the process that keeps them. */
  readonly isWorker: boolean;
  readonly address: Address;
  /**
   * Settles when all workers have ended; in a worker, when that one has answered its calls.
   * Rejects when no worker stays alive.
   */
  readonly over: Promise<void>;
  /** All workers answer what runs, and end. A worker may ask for it too. */
  close(): void;
}

/** What the two processes say to each other. */
type ToWorker = { readonly fio: 'drain' } | undefined;
type ToPrimary = { readonly fio: 'close' } | { readonly fio: 'failed'; readonly text: string };

const WORKERS_MAX = 256;
const DRAIN_MS = 10_000;
/** A worker whose calls are over may have other things to end. */
const KILL_AFTER_DRAIN_MS = 5_000;
const PORT_VARIABLE = 'FIO_WORKER_PORT';

/**
 * Serve on so many processes that share a port. The program is started again for each of them and
 * comes here too: `makeServer` runs in the workers only, and what is in memory is each worker's own.
 * Connections are given to the workers in turn. A worker that dies takes its own calls with it, and
 * is started again. SIGTERM and SIGINT let all of them answer what runs; a second one ends them.
 * @returns when all of them listen; in a worker, when that one does
 * @throws RangeError for a number of workers that is none; the socket's error, as an Error, when
 *   they cannot listen
 */
export function serveOnWorkers(
  options: WorkersOptions,
  makeServer: () => Server | Promise<Server>,
): Promise<Workers> {
  const { workers } = options;
  if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX) {
    throw new RangeError(`workers must be a whole number from 1 to ${WORKERS_MAX}, not ${workers}`);
  }
  const cluster = loadCluster();
  return cluster.worker === undefined
    ? keepWorkers(cluster, options)
    : serveAsWorker(cluster.worker, options, makeServer);
}

/** Whether this process is one of the workers of serveOnWorkers(). */
export function isWorker(): boolean {
  return loadCluster().isWorker;
}

/** Who has no workers does not pay for loading it: a tenth of what a server takes to start. */
function loadCluster(): Cluster {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('node:cluster') as Cluster;
}

async function keepWorkers(cluster: Cluster, options: WorkersOptions): Promise<Workers> {
  const pool = new WorkerPool({
    count: options.workers,
    start: (events, port) => startWorker(cluster, events, port),
    environment: systemEnvironment,
    log: options.log ?? ((line) => process.stderr.write(`fio: ${line}\n`)),
    killAfterMs: (options.drainMs ?? DRAIN_MS) + KILL_AFTER_DRAIN_MS,
  });
  const stopListening = onSignals({
    first: () => void pool.close(),
    second(signal) {
      pool.kill();
      // By the signal itself, as if nobody had listened to it.
      process.kill(process.pid, signal);
    },
  });
  void pool.over.catch(() => undefined).then(stopListening);
  const address = await pool.listening;
  return { isWorker: false, address, over: pool.over, close: () => void pool.close() };
}

function startWorker(
  cluster: Cluster,
  events: WorkerEvents,
  port: number | undefined,
): WorkerProcess {
  // A free port was taken once; who comes later takes the same.
  const worker = cluster.fork(port === undefined ? {} : { [PORT_VARIABLE]: String(port) });
  worker.on('listening', (address) => {
    events.onListening({ host: address.address, port: address.port });
  });
  worker.on('message', (message: ToPrimary | undefined) => {
    if (message?.fio === 'close') events.onClose();
    else if (message?.fio === 'failed') events.onFailed(message.text);
  });
  // A worker that is just dying cannot be told anything, and need not be.
  worker.on('error', () => undefined);
  worker.on('exit', (code, signal) => events.onExit(signal || `exit code ${code}`));
  return {
    pid: worker.process.pid ?? 0,
    drain: () => {
      if (worker.isConnected()) worker.send({ fio: 'drain' } satisfies ToWorker);
    },
    kill: () => void worker.process.kill('SIGKILL'),
  };
}

async function serveAsWorker(
  worker: Worker,
  { drainMs = DRAIN_MS, port, onDrain, ...options }: WorkersOptions,
  makeServer: () => Server | Promise<Server>,
): Promise<Workers> {
  const tell = (message: ToPrimary): void => {
    if (worker.isConnected()) worker.send(message);
  };
  let finish: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (finish = resolve));
  let server: Server;
  let address: Address;
  // Heard from the first moment: what comes before somebody listens is lost.
  const drainAsked = new Promise<void>((resolve) => {
    worker.on('message', (message: ToWorker) => {
      if (message?.fio === 'drain') resolve();
    });
  });
  try {
    server = await makeServer();
    const taken = process.env[PORT_VARIABLE];
    address = await server.listen({ ...options, port: taken === undefined ? port : Number(taken) });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // The other process says it: a worker would only say it once more.
    await new Promise<void>((resolve) => {
      worker.process.send({ fio: 'failed', text } satisfies ToPrimary, undefined, {}, () =>
        resolve(),
      );
    });
    process.exit(1);
  }
  let isDraining = false;
  const drain = async (): Promise<void> => {
    if (isDraining) return;
    isDraining = true;
    onDrain?.();
    await server.close({ drainMs });
    finish();
    // Otherwise the channel to the other process keeps this one alive.
    if (worker.isConnected()) worker.disconnect();
  };
  void drainAsked.then(drain);
  worker.on('disconnect', () => {
    // The other process is gone, and with it the port. Node would end this one at once.
    if (worker.exitedAfterDisconnect) return;
    worker.exitedAfterDisconnect = true;
    void drain();
  });
  // Ctrl+C goes to all processes of a terminal: the other one says what is to be done.
  process.on('SIGINT', () => undefined);
  process.once('SIGTERM', () => void drain());
  return { isWorker: true, address, over, close: () => tell({ fio: 'close' }) };
}

function onSignals({
  first,
  second,
}: {
  first: () => void;
  second: (signal: NodeJS.Signals) => void;
}): () => void {
  let hasCome = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (hasCome) {
      stop();
      second(signal);
    }
    hasCome = true;
    first();
  };
  const stop = (): void => {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return stop;
}
