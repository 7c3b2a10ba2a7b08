import { randomBytes } from 'node:crypto';
import { RpcError, StatusCode, systemEnvironment } from '../../rpc/index';
import type { Registration } from '../gen/binder';
import type { EndpointTable } from './endpoint-table';
import type { EtcdClient } from './etcd-client';
import { EtcdMirror, formatRegistration, KEY_PREFIX } from './etcd-mirror';
import type { HeldLease, Registry } from './registry';
import { retryForEver } from './retry-for-ever';

/** A binder that dies takes its registrations with it after so long; servers have told others then. */
const LEASE_SECONDS = 10;
const KEEP_ALIVE_MS = 3_000;

/**
 * Registrations in etcd, so that several binders share one truth: each holds those that were made
 * through it by one lease of its own.
 */
export class EtcdRegistry implements Registry {
  readonly #mirror: EtcdMirror;
  readonly #owner = randomBytes(6).toString('hex');
  /** What was registered here: to be told again if the lease is lost. */
  readonly #own = new Map<string, Registration>();
  /** What was released while the store was away. */
  readonly #unremoved = new Set<string>();
  #lease: string | undefined;
  #nextId = 0;
  readonly #stopKeeping: () => void;

  private constructor(
    private readonly etcd: EtcdClient,
    log: (line: string) => void,
  ) {
    const mark = `/${this.#owner}-`;
    this.#mirror = new EtcdMirror(
      etcd,
      (error) => log(error.message),
      (key) => key.includes(mark) && !this.#own.has(key),
    );
    this.#stopKeeping = retryForEver(
      systemEnvironment,
      (signal, onGood) => this.#keepLease(signal, onGood),
      (error) => log(error.message),
    );
  }

  /** @returns when the store has been read: an empty answer means that there is nobody */
  static async open(
    etcd: EtcdClient,
    log: (line: string) => void = () => undefined,
  ): Promise<EtcdRegistry> {
    const registry = new EtcdRegistry(etcd, log);
    await registry.#mirror.loaded;
    return registry;
  }

  get table(): EndpointTable {
    return this.#mirror.table;
  }

  get epoch(): string {
    return this.#mirror.epoch;
  }

  async register(registration: Registration): Promise<HeldLease> {
    this.table.checkRoom(registration);
    const { name, address } = registration;
    const key = `${KEY_PREFIX}${name}/${address}/${this.#owner}-${this.#nextId++}`;
    this.#own.set(key, registration);
    try {
      if (this.#lease === undefined) throw new Error('etcd has given no lease yet');
      await this.etcd.put(key, formatRegistration(registration), this.#lease);
    } catch (cause) {
      this.#own.delete(key);
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new RpcError(StatusCode.UNAVAILABLE, text, { cause });
    }
    // Who asks here is told at once, not when the store has told us.
    this.table.put(key, registration);
    return { release: () => this.#release(key) };
  }

  async close(): Promise<void> {
    this.#stopKeeping();
    this.#mirror.stop();
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease !== undefined) await this.etcd.revokeLease(lease).catch(() => undefined);
  }

  async #release(key: string): Promise<void> {
    this.#own.delete(key);
    this.table.remove(key);
    this.#unremoved.add(key);
    // A store that is away is asked again with the next sign of life.
    await this.#removeReleased().catch(() => undefined);
  }

  async #removeReleased(): Promise<void> {
    for (const key of this.#unremoved) {
      await this.etcd.remove(key);
      this.#unremoved.delete(key);
    }
  }

  /** Take a lease, put under it what was registered here, and keep it until it is lost. */
  async #keepLease(signal: AbortSignal, onGood: () => void): Promise<void> {
    const lease = await this.etcd.grantLease(LEASE_SECONDS);
    this.#lease = lease;
    for (const [key, registration] of this.#own) {
      await this.etcd.put(key, formatRegistration(registration), lease);
    }
    onGood();
    while (await this.etcd.keepAlive(lease)) {
      await this.#removeReleased();
      await pause(KEEP_ALIVE_MS, signal);
      if (signal.aborted) return;
    }
    throw new Error('etcd has let our lease go; what was registered here is registered again');
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = systemEnvironment.setTimer(delayMs, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
