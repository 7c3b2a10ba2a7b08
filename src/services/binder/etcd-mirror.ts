import { systemEnvironment, type Environment } from '../../rpc/index';
import type { Registration } from '../gen/binder';
import { EndpointTable } from './endpoint-table';
import type { EtcdClient, EtcdKeyValue } from './etcd-client';
import { retryForEver } from './retry-for-ever';

/** All registrations are under it: `fio/binder/NAME/ADDRESS/OWNER`. */
export const KEY_PREFIX = 'fio/binder/';
/** A watch says nothing as long as nothing changes, also when its server has vanished. */
const PROBE_MS = 2_000;

/** The store's registrations as a table that follows them. While the store is away it stands still. */
export class EtcdMirror {
  readonly table = new EndpointTable();
  /** Settles when the store has been read for the first time. */
  readonly loaded: Promise<void>;
  #clusterId = '';
  #isLoaded = false;
  readonly #stop: () => void;

  /**
   * @param onFailure told when the store cannot be read; it is tried again
   * @param isReleased whether we have let a key go, of which the store still says that it is there
   */
  constructor(
    private readonly etcd: EtcdClient,
    private readonly onFailure: (error: Error) => void = () => undefined,
    private readonly isReleased: (key: string) => boolean = () => false,
    private readonly environment: Environment = systemEnvironment,
  ) {
    let setLoaded: () => void = () => undefined;
    this.loaded = new Promise((resolve) => (setLoaded = resolve));
    this.#stop = retryForEver(
      environment,
      (signal, onGood) =>
        this.#follow(signal, () => {
          this.#isLoaded = true;
          onGood();
          setLoaded();
        }),
      (error) => this.onFailure(error),
    );
  }

  /** A store that has lost everything is another cluster. */
  get epoch(): string {
    return `etcd:${this.#clusterId}`;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  stop(): void {
    this.#stop();
  }

  /** Read everything, then what changes. @throws when the store cannot be read any more */
  async #follow(signal: AbortSignal, onGood: () => void): Promise<void> {
    const { clusterId, revision, pairs } = await this.etcd.range(KEY_PREFIX);
    this.#clusterId = clusterId;
    this.#replaceAll(pairs);
    onGood();
    const silence = new AbortController();
    const stopProbing = this.#probe(silence);
    try {
      const either = AbortSignal.any([signal, silence.signal]);
      await this.etcd.watch(KEY_PREFIX, revision + 1, either, (events) => {
        for (const event of events) {
          if (event.isDelete) this.table.remove(event.key);
          else this.#put(event);
        }
      });
    } finally {
      stopProbing();
    }
  }

  #probe(silence: AbortController): () => void {
    let timer: { cancel(): void } | undefined;
    let isStopped = false;
    const again = (): void => {
      timer = this.environment.setTimer(PROBE_MS, () => {
        this.etcd.probe(KEY_PREFIX).then(
          () => {
            if (!isStopped) again();
          },
          (error: unknown) => silence.abort(error),
        );
      });
    };
    again();
    return () => {
      isStopped = true;
      timer?.cancel();
    };
  }

  #replaceAll(pairs: readonly EtcdKeyValue[]): void {
    const there = new Set(pairs.map(({ key }) => key));
    for (const id of [...this.table.ids()]) if (!there.has(id)) this.table.remove(id);
    for (const pair of pairs) this.#put(pair);
  }

  #put({ key, value }: EtcdKeyValue): void {
    if (this.isReleased(key)) return;
    const registration = parseRegistration(value);
    if (registration !== undefined) this.table.put(key, registration);
  }
}

/** As JSON, so that `etcdctl get --prefix fio/binder/` can be read. */
export function formatRegistration(registration: Registration): string {
  return JSON.stringify({ ...registration, metadata: [...registration.metadata] });
}

/** Undefined for what somebody else has put there. */
function parseRegistration(text: string): Registration | undefined {
  try {
    const { name, address, weight, zone, metadata, methods } = JSON.parse(text) as Omit<
      Registration,
      'metadata'
    > & { metadata: [string, string][] };
    const texts: unknown[] = [name, address, zone, ...methods];
    if (!texts.every((one) => typeof one === 'string')) return undefined;
    return { name, address, weight, zone, metadata: new Map(metadata), methods };
  } catch {
    return undefined;
  }
}
