import {
  client,
  connect,
  parseAddress,
  systemEnvironment,
  type Address,
  type ChannelOptions,
  type Environment,
  type Resolver,
  type ResolverSink,
} from '../../rpc/index';
import { Binder, type Endpoints } from '../gen/binder';
import { BINDER_LIMITS } from './binder-limits';
import { retryForEver } from './retry-for-ever';

/**
 * How long addresses that an earlier binder knew are kept when another one does not know them. A
 * server that has tried for long takes up to 20 s to tell it: a dial of 5 s without an answer, a
 * back-off of 12 s, and the wait before the next call.
 */
export const GRACE_MS = 30_000;

/** What a resolver has heard of one service, from one binder or one store after the other. */
export class KnownEndpoints {
  #epoch: string | undefined;
  #confirmed: readonly string[] = [];
  /** Of an earlier epoch and not confirmed yet. */
  #kept: readonly string[] = [];
  #graceTimer: { cancel(): void } | undefined;

  constructor(
    private readonly environment: Pick<Environment, 'setTimer'>,
    private readonly onChange: (addresses: readonly Address[]) => void,
  ) {}

  get isEmpty(): boolean {
    return this.#confirmed.length + this.#kept.length === 0;
  }

  tell({ endpoints, epoch }: Pick<Endpoints, 'endpoints' | 'epoch'>): void {
    if (this.#epoch !== undefined && this.#epoch !== epoch) this.#beginGrace();
    this.#epoch = epoch;
    this.#confirmed = endpoints.map(({ address }) => address);
    // From now on this binder knows better.
    this.#kept = this.#kept.filter((address) => !this.#confirmed.includes(address));
    this.#publish();
  }

  stop(): void {
    this.#graceTimer?.cancel();
  }

  /** Servers tell a new binder where they are within seconds: until then it knows less, not better. */
  #beginGrace(): void {
    this.#kept = [...this.#kept, ...this.#confirmed];
    this.#graceTimer?.cancel();
    this.#graceTimer = this.environment.setTimer(GRACE_MS, () => {
      this.#kept = [];
      this.#publish();
    });
  }

  #publish(): void {
    const addresses = [...new Set([...this.#confirmed, ...this.#kept])];
    this.onChange(addresses.map((address) => parseAddress(address)));
  }
}

/**
 * The servers of a service, as the binders say; changes come by themselves. While no binder can be
 * reached, what was known last stands.
 * @param binders addresses with commas between them
 * @param name of the service: full, short, or one of its methods
 * @throws RangeError for an address that is none
 */
export function binderResolver(
  binders: string,
  name: string,
  options: ChannelOptions = {},
): Resolver {
  binders.split(',').forEach((one) => parseAddress(one));
  const environment = options.environment ?? systemEnvironment;
  return {
    start(sink) {
      const channel = connect(binders, {
        ...options,
        limits: { ...BINDER_LIMITS, ...options.limits },
      });
      const known = new KnownEndpoints(environment, (addresses) =>
        tellSink(sink, addresses, `no server has registered '${name}' at ${binders}`),
      );
      const stop = retryForEver(
        environment,
        async (signal, onGood) => {
          const call = client(Binder, channel).watch({ name }, { waitForReady: true, signal });
          for await (const endpoints of call) {
            onGood();
            known.tell(endpoints);
          }
        },
        (error) => {
          if (known.isEmpty) sink.onFailure(error);
        },
      );
      return () => {
        stop();
        known.stop();
        void channel.close();
      };
    },
  };
}

/** Calls that wait for ready go on waiting; the others are told why there is nobody. */
export function tellSink(sink: ResolverSink, addresses: readonly Address[], nobody: string): void {
  sink.onAddresses(addresses);
  if (addresses.length === 0) sink.onFailure(new Error(nobody));
}
