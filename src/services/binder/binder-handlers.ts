import {
  formatAddress,
  parseAddress,
  RpcError,
  StatusCode,
  type Address,
  type Handlers,
} from '../../rpc/index';
import type { Binder, Endpoints, Registration } from '../gen/binder';
import { checkRegistration } from './registration-check';
import type { Registry } from './registry';

const STOPPING = 'the binder is stopping';

/** What a binder shows of its work. */
export interface BinderEvents {
  onRegistered?(name: string, address: string): void;
  onGone?(name: string, address: string): void;
  onResolved?(query: string, found: number): void;
}

/**
 * The service Binder on a registry.
 * @param ending fires when the binder is to end: leases and watchers would wait for ever
 */
export function binderHandlers(
  registry: Registry,
  ending: AbortSignal,
  events: BinderEvents = {},
): Handlers<typeof Binder> {
  const { table } = registry;
  const find = (query: string): Endpoints => ({ ...table.find(query), epoch: registry.epoch });

  return {
    register: async function* (registration, { peer, signal }) {
      checkRegistration(registration);
      const { name } = registration;
      const address = formatAddress(addressOf(registration, peer));
      const lease = await registry.register({ ...registration, address });
      events.onRegistered?.(name, address);
      try {
        yield { address };
        await fired(AbortSignal.any([signal, ending]));
        if (ending.aborted) throw new RpcError(StatusCode.UNAVAILABLE, STOPPING);
      } finally {
        await lease.release();
        events.onGone?.(name, address);
      }
    },
    resolve: ({ name }) => {
      const found = find(name);
      events.onResolved?.(name, found.endpoints.length);
      return found;
    },
    list: ({ prefix, after, limit }) => table.list(prefix, after, limit),
    watch: async function* ({ name }, { signal }) {
      let wake = (): void => undefined;
      let isChanged = true;
      const onChange = (): void => {
        isChanged = true;
        wake();
      };
      const stop = table.listen(name, onChange);
      for (const one of [signal, ending]) one.addEventListener('abort', onChange);
      try {
        events.onResolved?.(name, find(name).endpoints.length);
        while (!signal.aborted) {
          if (ending.aborted) throw new RpcError(StatusCode.UNAVAILABLE, STOPPING);
          if (isChanged) {
            isChanged = false;
            yield find(name);
          } else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        stop();
        for (const one of [signal, ending]) one.removeEventListener('abort', onChange);
      }
    },
  };
}

/** @param peer the address that the call comes from: where a server stands that names a port only */
function addressOf({ address }: Registration, peer: string): Address {
  const [, port] = /^:(\d+)$/.exec(address) ?? [];
  try {
    if (port === undefined) return parseAddress(address);
    const { host } = parseAddress(peer);
    return parseAddress(formatAddress({ host, port: Number(port) }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RpcError(StatusCode.INVALID_ARGUMENT, error.message);
  }
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
