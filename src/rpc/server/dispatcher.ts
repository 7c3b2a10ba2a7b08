import { Builtin, type MethodStatistics } from '../builtin-service';
import { methodName, packageOf, type AnyMethod, type ServiceDesc } from '../method';
import type { DescribeReply } from '../description';
import { findService } from '../find-service';
import { describeServices } from './describe';
import type { AnyHandler, Handlers } from './handlers';
import type { KeyedContext } from './keyed-effect';
import { KeyedHandler } from './keyed-handler';
import { MemoryOutcomes } from './memory-outcomes';
import { MethodCounters } from './method-counters';
import type { OutcomeStore } from './outcome-store';
import { intercept, type ServerInterceptor } from './interceptor';

/** A method with the function that serves it. */
export interface Entry {
  /** `wallet.Wallet/ReadBalance` */
  readonly name: string;
  readonly method: AnyMethod;
  readonly handler: AnyHandler;
  readonly counters: MethodCounters;
  /** That of the service: its typed errors are those of the package. */
  readonly packageName: string;
  /** Of a keyed method: runs it once for each key. */
  readonly isKeyed: boolean;
  /** Whether it may be called without a login where one is asked for. */
  readonly isForStrangers: boolean;
}

/** Is the server well? Who decides where calls go must be able to ask. */
const FOR_STRANGERS: readonly AnyMethod[] = [Builtin.methods.check, Builtin.methods.watch];

/** Finds the handler of a call by its service and method ids. */
export class Dispatcher {
  private readonly entries = new Map<number, Entry>();
  private readonly services = new Map<number, ServiceDesc>();

  constructor(
    private readonly interceptors: readonly ServerInterceptor[],
    private readonly wallClock: () => number,
  ) {}

  /**
   * @throws RangeError when the service's id is taken, TypeError when a method has no handler: the
   * compiler finds the second too, but a program may not have asked it
   */
  add<S extends ServiceDesc>(service: S, handlers: Handlers<S>, outcomes?: OutcomeStore): void {
    const taken = this.services.get(service.id);
    if (taken !== undefined) {
      throw new RangeError(
        `${service.name} has the id ${service.id}, which ${taken.name} has already`,
      );
    }
    const functions = handlers as Readonly<Record<string, unknown>>;
    const found: [number, Entry][] = [];
    let store = outcomes;
    for (const [localName, method] of Object.entries(service.methods)) {
      const handler = functions[localName];
      const name = methodName(service, method);
      if (typeof handler !== 'function') throw new TypeError(`${name} has no handler`);
      let bound = handler.bind(handlers) as AnyHandler;
      const isKeyed = method.idempotency === 'keyed';
      if (isKeyed) {
        store ??= new MemoryOutcomes(this.wallClock);
        const keyed = new KeyedHandler(service, method, bound, store, this.wallClock);
        bound = (request, context) => keyed.run(request, context as KeyedContext);
      }
      const around = intercept(this.interceptors, bound);
      found.push([
        key(service.id, method.id),
        {
          name,
          method,
          handler: around,
          counters: new MethodCounters(),
          isKeyed,
          packageName: packageOf(service.name),
          isForStrangers: FOR_STRANGERS.includes(method),
        },
      ]);
    }
    this.services.set(service.id, service);
    for (const [id, entry] of found) this.entries.set(id, entry);
  }

  find(service: number, method: number): Entry | undefined {
    return this.entries.get(key(service, method));
  }

  /** What each method has done. */
  statistics(): MethodStatistics[] {
    return [...this.entries.values()].map(({ name, counters }) => counters.read(name));
  }

  /** What is served: all of it, or the service of that name, with its package or without. */
  describe(name: string): DescribeReply {
    const services = [...this.services.values()];
    return describeServices(name === '' ? services : [findService(services, name)]);
  }

  /** The service's name, when there is one with that id. */
  serviceName(service: number): string | undefined {
    return this.services.get(service)?.name;
  }
}

function key(service: number, method: number): number {
  return service * 0x1_0000 + method;
}
