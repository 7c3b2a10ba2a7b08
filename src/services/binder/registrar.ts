import {
  client,
  connect,
  RpcError,
  StatusCode,
  systemEnvironment,
  type Channel,
  type ChannelOptions,
  type Environment,
  type ServiceDesc,
} from '../../rpc/index';
import { Binder, type Registration } from '../gen/binder';
import { BINDER_LIMITS } from './binder-limits';
import { retryForEver } from './retry-for-ever';

/** What a server says of itself, besides which services it has. */
export interface Advertisement {
  /** host:port, or `:port` for the address that the binder sees. */
  readonly address: string;
  readonly weight?: number;
  readonly zone?: string;
  readonly metadata?: ReadonlyMap<string, string>;
}

/** Trying again does not help. */
const FINAL_CODES = new Set([
  StatusCode.INVALID_ARGUMENT,
  StatusCode.UNAUTHENTICATED,
  StatusCode.PERMISSION_DENIED,
  StatusCode.UNIMPLEMENTED,
]);

/**
 * Keeps a server's services registered, at each of several binders: one that cannot be reached, or
 * has forgotten, is told again as soon as it is there.
 */
export class Registrar {
  /** Settles when every service is registered at one binder at least. */
  readonly registered: Promise<void>;
  readonly #environment: Environment;
  readonly #channels: readonly Channel[];
  readonly #stops: (() => void)[] = [];
  readonly #leases = new Set<Promise<void>>();
  readonly #refusals: ((error: Error) => void)[] = [];

  /**
   * @param binders addresses with commas between them
   * @param log told when a binder is not there, and when it is there again
   */
  constructor(
    binders: string,
    services: readonly ServiceDesc[],
    advertisement: Advertisement,
    options: ChannelOptions = {},
    private readonly log: (line: string) => void = () => undefined,
  ) {
    this.#environment = options.environment ?? systemEnvironment;
    const addresses = binders.split(',');
    this.#channels = addresses.map((address) =>
      connect(address, { ...options, limits: { ...BINDER_LIMITS, ...options.limits } }),
    );
    const each = services.map((service) => {
      const registration = registrationOf(service, advertisement);
      return new Promise<void>((resolve, reject) => {
        this.#refusals.push(reject);
        this.#channels.forEach((channel, i) =>
          this.#hold(channel, addresses[i] ?? '', registration, resolve, reject),
        );
      });
    });
    this.registered = Promise.all(each).then(() => undefined);
    // Who does not wait for it is told by the log.
    this.registered.catch(() => undefined);
  }

  /** Leave: when it settles, the binders that can be reached do not name this server any more. */
  async release(): Promise<void> {
    const error = new RpcError(StatusCode.CANCELLED, 'released before it was registered');
    for (const refuse of this.#refusals) refuse(error);
    for (const stop of this.#stops) stop();
    await Promise.all(this.#leases);
    await Promise.all(this.#channels.map((channel) => channel.close()));
  }

  #hold(
    channel: Channel,
    binder: string,
    registration: Registration,
    onHeld: () => void,
    onRefused: (error: Error) => void,
  ): void {
    /** What was told last: each change is told once. */
    let isHeld = true;
    const stop = retryForEver(
      this.#environment,
      (signal, onGood) => {
        const lease = (async () => {
          const call = client(Binder, channel).register(registration, {
            waitForReady: true,
            signal,
          });
          for await (const { address } of call) {
            if (!isHeld) this.log(`${registration.name} is registered at ${binder} as ${address}`);
            isHeld = true;
            onGood();
            onHeld();
          }
        })();
        const ended = lease.catch(() => undefined);
        this.#leases.add(ended);
        void ended.then(() => this.#leases.delete(ended));
        return lease;
      },
      (error) => {
        if (error instanceof RpcError && FINAL_CODES.has(error.code)) {
          stop();
          onRefused(error);
        } else if (isHeld) {
          this.log(`${registration.name} is not registered at ${binder}: ${error.message}`);
        }
        isHeld = false;
      },
    );
    this.#stops.push(stop);
  }
}

function registrationOf(service: ServiceDesc, advertisement: Advertisement): Registration {
  const { address, weight = 1, zone = '', metadata = new Map<string, string>() } = advertisement;
  const methods = Object.keys(service.methods);
  return { name: service.name, address, weight, zone, metadata: new Map(metadata), methods };
}
