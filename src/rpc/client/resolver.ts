import { parseAddress, type Address } from '../address';

/** Told where a name's servers are, at first and whenever that changes. */
export interface ResolverSink {
  onAddresses(addresses: readonly Address[]): void;
  /** They are not known now; the resolver goes on trying. */
  onFailure(error: Error): void;
}

/** Finds the servers behind a name: a list, a binder, a DNS record. */
export interface Resolver {
  /** Begin to tell. @returns stop */
  start(sink: ResolverSink): () => void;
}

/**
 * The addresses themselves, with commas between them: `10.0.0.1:5555,10.0.0.2:5555`.
 * @throws RangeError for one that is none
 */
export function resolveList(target: string): Resolver {
  return new ListResolver(target.split(',').map((text) => parseAddress(text)));
}

class ListResolver implements Resolver {
  constructor(private readonly addresses: readonly Address[]) {}

  start(sink: ResolverSink): () => void {
    sink.onAddresses(this.addresses);
    return NOTHING_TO_STOP;
  }
}

const NOTHING_TO_STOP = (): void => undefined;
