import type { Registration } from '../gen/binder';
import { EndpointTable } from './endpoint-table';

/** A registration that is held. */
export interface HeldLease {
  release(): Promise<void>;
}

/** Where a binder keeps what it knows: in its memory, or in a store that several binders share. */
export interface Registry {
  /** What is known now, also of other binders. */
  readonly table: EndpointTable;
  /** Another value means that it has begun with nothing. */
  readonly epoch: string;
  /** @throws RpcError UNAVAILABLE when the store cannot be reached, RESOURCE_EXHAUSTED when full */
  register(registration: Registration): Promise<HeldLease>;
  close(): Promise<void>;
}

/** The default: a binder that ends forgets everything, and its servers tell the next one. */
export class MemoryRegistry implements Registry {
  readonly table = new EndpointTable();
  #nextId = 0;

  /** @param epoch not that of an earlier binder */
  constructor(readonly epoch: string) {}

  register(registration: Registration): Promise<HeldLease> {
    this.table.checkRoom(registration);
    const id = String(this.#nextId++);
    this.table.put(id, registration);
    return Promise.resolve({
      release: () => {
        this.table.remove(id);
        return Promise.resolve();
      },
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
