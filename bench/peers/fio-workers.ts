import { client, connect, serveOnWorkers } from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { MemoryLedger } from '../../src/services/wallet/memory-ledger';
import { BALANCES } from '../wallets';
import { callInLoops } from './call-loop';
import { servicesOf } from './fio';
import { HOST, type NodePeer } from './peer';

/** Two processes that share a port; each has the balances, which nobody changes here. */
export const fioTwoWorkers: NodePeer = {
  async serve() {
    const options = { workers: 2, host: HOST, port: 0 };
    const { isWorker, address, over } = await serveOnWorkers(options, () =>
      servicesOf(new MemoryLedger(BALANCES)),
    );
    if (isWorker) {
      // It says nothing: the process that keeps it does.
      await over;
      process.exit(0);
    }
    return address.port;
  },

  connect(port) {
    const wallet = client(Wallet, connect(`${HOST}:${port}`));
    return Promise.resolve({
      read: ({ inFlight }, meter) => callInLoops(wallet.readBalance, inFlight, meter),
    });
  },
};
