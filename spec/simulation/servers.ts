import { type Channel, client, connect, RpcError, Server, StatusCode } from '../../src/rpc/index';
import { Store } from '../../src/services/gen/store';
import { Wallet } from '../../src/services/gen/wallet';
import { Shop } from '../../src/services/store/shop';
import { storeHandlers } from '../../src/services/store/store-handlers';
import { walletHandlers, walletOutcomes } from '../../src/services/wallet/wallet-handlers';
import { Watchers } from '../../src/services/wallet/watchers';
import type { Ending, Program } from './machine';
import type { Network } from './network';
import type { Engine } from './engine';
import type { SimulatedProcess } from './simulated-process';

export const STORE_HOST = 'store';
const PORT = 1;
/** As bin/support/calls.ts has it. */
const STARTING_CALL = { waitForReady: true, timeoutMs: 15_000 };
const DRAIN_MS = 2_000;

/** The channel of a program to a server, or to several that are equal. */
export function channelTo(
  hosts: readonly string[],
  process: SimulatedProcess,
  network: Network,
): Channel {
  const target = hosts.map((host) => `${host}:${PORT}`).join();
  return connect(target, { environment: process, dial: network.dialer(process) });
}

/** The wallet server, as svc_banco has it. */
export class WalletProgram implements Program {
  constructor(
    private readonly network: Network,
    private readonly engine: Engine,
    private readonly onBroken: () => void,
  ) {}

  run(process: SimulatedProcess): () => Promise<void> {
    const { network } = this;
    const ledger = this.engine.open(process, this.onBroken);
    const watchers = new Watchers();
    const handlers = walletHandlers(ledger, () => Promise.resolve(), watchers);
    const server = new Server({ environment: process, log: () => undefined });
    server.add(Wallet, handlers, walletOutcomes(ledger));
    network.listen(process, (transport) => server.accept(transport));
    return () => {
      network.unlisten(process);
      watchers.end(new RpcError(StatusCode.UNAVAILABLE, 'the wallet server was stopped'));
      return server.close({ drainMs: DRAIN_MS });
    };
  }

  onEnd(how: Ending, process: SimulatedProcess): void {
    this.engine.onServerEnd(process, how === 'power' ? 'power' : 'killed');
  }
}

/** The store server, as svc_loja has it. */
export class StoreProgram implements Program {
  /** What the shop believes the seller to have; undefined while it has not opened. */
  shop: Shop | undefined;

  constructor(
    private readonly network: Network,
    private readonly walletHosts: readonly string[],
    private readonly price: number,
    private readonly seller: string,
    private readonly onFailed: () => void,
  ) {}

  run(process: SimulatedProcess): () => Promise<void> {
    const channel = channelTo(this.walletHosts, process, this.network);
    const server = new Server({ environment: process, log: () => undefined });
    this.shop = undefined;
    this.open(process, server, client(Wallet, channel)).catch(() => this.onFailed());
    return async () => {
      this.network.unlisten(process);
      await server.close({ drainMs: DRAIN_MS });
      await channel.close();
    };
  }

  private async open(
    process: SimulatedProcess,
    server: Server,
    wallet: ReturnType<typeof client<typeof Wallet>>,
  ): Promise<void> {
    const { value } = await wallet.readBalance({ wallet: this.seller }, STARTING_CALL);
    if (!process.isAlive) return;
    const shop = (this.shop = new Shop(this.price, value));
    const parts = { shop, wallet, seller: this.seller, onEnd: () => undefined };
    server.add(Store, storeHandlers(parts));
    this.network.listen(process, (transport) => server.accept(transport));
  }
}
