import { randomBytes } from 'node:crypto';
import {
  Server,
  type Address,
  type ChannelOptions,
  type ServerOptions,
} from '../../../../src/rpc/index';
import { binderHandlers } from '../../../../src/services/binder/binder-handlers';
import { MemoryRegistry } from '../../../../src/services/binder/registry';
import { Binder } from '../../../../src/services/gen/binder';
import { FakeEnvironment, settle } from '../../../support/fake-environment';
import { MemoryTransport } from '../../../support/memory-pair';

interface RunningBinder {
  readonly server: Server;
  readonly registry: MemoryRegistry;
  readonly ending: AbortController;
  readonly pairs: MemoryTransport[];
}

/** Binders at ports of the host `memory`, with one clock that the test turns. */
export class MemoryBinders {
  readonly environment = new FakeEnvironment();
  /** How channels reach them. */
  readonly options: ChannelOptions;
  /** What the binders have shown. */
  readonly shown: string[] = [];
  readonly #binders = new Map<number, RunningBinder>();

  constructor(private readonly serverOptions: ServerOptions = {}) {
    this.options = {
      environment: this.environment,
      dial: (address) => this.#dial(address),
    };
  }

  /** A binder that knows nobody. */
  start(port: number): MemoryRegistry {
    const { environment } = this;
    const registry = new MemoryRegistry(randomBytes(4).toString('hex'));
    const ending = new AbortController();
    const server = new Server({ environment, log: () => undefined, ...this.serverOptions });
    const events = {
      onRegistered: (name: string, address: string) => this.shown.push(`+ ${name} ${address}`),
      onGone: (name: string, address: string) => this.shown.push(`- ${name} ${address}`),
      onResolved: (query: string, found: number) => this.shown.push(`? ${query} ${found}`),
    };
    server.add(Binder, binderHandlers(registry, ending.signal, events));
    this.#binders.set(port, { server, registry, ending, pairs: [] });
    return registry;
  }

  /** The network fails: every connection to a binder is lost. */
  cut(port: number): void {
    for (const transport of this.#binders.get(port)?.pairs ?? []) transport.cut();
  }

  /** The process of a binder is killed: its connections are cut, and it cannot be reached. */
  async kill(port: number): Promise<void> {
    const binder = this.#binders.get(port);
    this.#binders.delete(port);
    for (const transport of binder?.pairs ?? []) transport.cut();
    await settle();
    await binder?.server.close({ drainMs: 1 });
  }

  /** A binder ends as by Ctrl-C. */
  async stop(port: number): Promise<void> {
    const binder = this.#binders.get(port);
    this.#binders.delete(port);
    binder?.ending.abort();
    const closing = binder?.server.close({ drainMs: 1_000 });
    await this.environment.advance(2_500);
    await closing;
  }

  async stopAll(): Promise<void> {
    for (const port of [...this.#binders.keys()]) await this.kill(port);
  }

  #dial({ port }: Address): Promise<MemoryTransport> {
    const binder = this.#binders.get(port);
    if (binder === undefined) return Promise.reject(new Error(`no binder at ${port}`));
    const pair = MemoryTransport.pair();
    binder.pairs.push(pair[1]);
    binder.server.accept(pair[1]);
    return Promise.resolve(pair[0]);
  }
}
