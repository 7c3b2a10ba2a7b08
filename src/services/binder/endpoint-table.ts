import { RpcError, StatusCode } from '../../rpc/index';
import type { Endpoint, Endpoints, ListReply, Registration } from '../gen/binder';

/** Endpoints of one service, so that an answer fits into a message whatever they say. */
export const ENDPOINTS_MAX = 256;
/** Registrations of all services together. */
export const REGISTRATIONS_MAX = 10_000;
const PAGE_MAX = 1_000;
const PAGE_DEFAULT = 100;

interface Entry {
  readonly id: string;
  readonly registration: Registration;
}

/**
 * Who serves what, as one binder sees it: pure state. Several registrations of one address are one
 * endpoint, which the newest describes; it is gone with the last of them. So a server that comes
 * back before its old lease was missed is never gone in between.
 */
export class EndpointTable {
  readonly #byId = new Map<string, Registration>();
  /** A service's full name to its registrations, the oldest first. */
  readonly #services = new Map<string, Entry[]>();
  /** Everything that a service can be asked by, to full names. */
  readonly #aliases = new Map<string, Set<string>>();
  readonly #listeners = new Map<string, Set<() => void>>();

  get size(): number {
    return this.#byId.size;
  }

  /** Whether one more fits. @throws RpcError RESOURCE_EXHAUSTED */
  checkRoom({ name, address }: Registration): void {
    const entries = this.#services.get(name) ?? [];
    const addresses = new Set(entries.map(({ registration }) => registration.address)).add(address);
    if (addresses.size > ENDPOINTS_MAX || this.size >= REGISTRATIONS_MAX) {
      const text = `${addresses.size > ENDPOINTS_MAX ? name : 'the binder'} has too many endpoints`;
      throw new RpcError(StatusCode.RESOURCE_EXHAUSTED, text);
    }
  }

  /** @param id of the lease; the same again replaces what it says */
  put(id: string, registration: Registration): void {
    const before = this.#byId.get(id);
    if (before !== undefined) this.#take(id, before);
    this.#byId.set(id, registration);
    const entries = this.#services.get(registration.name) ?? [];
    entries.push({ id, registration });
    this.#services.set(registration.name, entries);
    for (const alias of aliasesOf(registration)) {
      this.#aliases.set(alias, (this.#aliases.get(alias) ?? new Set()).add(registration.name));
    }
    this.#tell(registration);
  }

  remove(id: string): void {
    const registration = this.#byId.get(id);
    if (registration === undefined) return;
    this.#take(id, registration);
    this.#tell(registration);
  }

  ids(): IterableIterator<string> {
    return this.#byId.keys();
  }

  /**
   * The endpoints of a service, by any of its names; none when it is not known.
   * @throws RpcError FAILED_PRECONDITION when the name is that of several
   */
  find(query: string): Omit<Endpoints, 'epoch'> {
    const name = this.#fullName(query);
    const endpoints = new Map<string, Endpoint>();
    for (const { registration } of this.#services.get(name) ?? []) {
      const { address, weight, zone, metadata } = registration;
      endpoints.set(address, { address, weight, zone, metadata });
    }
    return { name, endpoints: [...endpoints.values()] };
  }

  list(prefix: string, after: string, limit: number): ListReply {
    const count = Math.min(limit === 0 ? PAGE_DEFAULT : limit, PAGE_MAX);
    const names = [...this.#services.keys()]
      .filter((name) => name.startsWith(prefix) && name > after)
      .sort();
    const services = names
      .slice(0, count)
      .map((name) => ({ name, endpoints: this.find(name).endpoints.length }));
    return { services, more: names.length > count };
  }

  /** Be told when what find() says of a name may have changed. @returns stop */
  listen(query: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(query) ?? new Set();
    this.#listeners.set(query, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(query);
    };
  }

  /** A full name is itself, whatever else is called so. */
  #fullName(query: string): string {
    if (this.#services.has(query)) return query;
    const [name = '', ...others] = this.#aliases.get(query) ?? [];
    if (others.length === 0) return name;
    const names = [name, ...others].sort().join(', ');
    throw new RpcError(StatusCode.FAILED_PRECONDITION, `'${query}' may be ${names}`);
  }

  #take(id: string, registration: Registration): void {
    this.#byId.delete(id);
    const { name } = registration;
    const entries = (this.#services.get(name) ?? []).filter((entry) => entry.id !== id);
    if (entries.length > 0) this.#services.set(name, entries);
    else this.#services.delete(name);
    const kept = new Set(entries.flatMap((entry) => aliasesOf(entry.registration)));
    for (const alias of aliasesOf(registration)) {
      if (kept.has(alias)) continue;
      const names = this.#aliases.get(alias);
      names?.delete(name);
      if (names?.size === 0) this.#aliases.delete(alias);
    }
  }

  #tell(registration: Registration): void {
    for (const alias of aliasesOf(registration)) {
      for (const listener of [...(this.#listeners.get(alias) ?? [])]) listener();
    }
  }
}

/** `wallet.Wallet`, `Wallet`, and its methods. */
function aliasesOf({ name, methods }: Registration): string[] {
  return [name, name.slice(name.lastIndexOf('.') + 1), ...methods];
}
