import { promises as dns } from 'node:dns';
import { formatAddress, parseAddress } from '../address';
import { systemEnvironment, type Environment, type Timer } from '../environment';
import type { Resolver } from './resolver';

const REFRESH_MS = 30_000;
/** After a look-up that failed. */
const RETRY_MS = 2_000;

export interface DnsOptions {
  /** Time between two look-ups; default 30 000. */
  readonly refreshMs?: number;
  readonly environment?: Pick<Environment, 'setTimer'>;
  /** Default: the system's, with its hosts file. */
  readonly lookup?: (host: string) => Promise<readonly string[]>;
}

/**
 * Every address of a name, looked up again from time to time: `example.org:5555`. A channel to
 * the name itself would take one of them and stay there.
 * @throws RangeError for a target that is not host:port
 */
export function resolveDns(target: string, options: DnsOptions = {}): Resolver {
  const { host, port } = parseAddress(target);
  const { refreshMs = REFRESH_MS, environment = systemEnvironment, lookup = lookupAll } = options;
  return {
    start(sink) {
      let isStopped = false;
      let timer: Timer | undefined;
      let told = '';
      const again = (delayMs: number): void => {
        if (!isStopped) timer = environment.setTimer(delayMs, look);
      };
      const look = (): void => {
        lookup(host).then(
          (hosts) => {
            if (isStopped) return;
            const addresses = [...hosts].sort().map((one) => ({ host: one, port }));
            const text = addresses.map(formatAddress).join();
            if (text !== told) sink.onAddresses(addresses);
            told = text;
            again(refreshMs);
          },
          (error: unknown) => {
            if (isStopped) return;
            sink.onFailure(error instanceof Error ? error : new Error(String(error)));
            again(RETRY_MS);
          },
        );
      };
      look();
      return () => {
        isStopped = true;
        timer?.cancel();
      };
    },
  };
}

async function lookupAll(host: string): Promise<string[]> {
  return (await dns.lookup(host, { all: true })).map(({ address }) => address);
}
