import cluster from 'node:cluster';
import { client, connect, serveOnWorkers } from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { openLedger } from '../../src/services/wallet/open-ledger';
import { startPostgres } from '../postgres/own-server';
import { BALANCES } from '../wallets';
import { inLoops } from './call-loop';
import { pay, servicesOf } from './fio';
import { HOST, type NodePeer } from './peer';

const PLACE_VARIABLE = 'FIO_BENCH_LEDGER';

/** A ledger in a database, served by one process or by several that share it. */
export function fioPostgres(workers: number): NodePeer {
  let connections = 0;
  return {
    serve: () => (workers === 1 ? serve() : serveOnSeveral(workers)),
    connect(port) {
      const wallet = client(Wallet, connect(`${HOST}:${port}`));
      // No two connections pay from the same wallets.
      const order = connections++;
      return Promise.resolve({
        pay: ({ inFlight }, meter) =>
          inLoops(inFlight, meter, (loop) => pay(wallet, order * inFlight + loop, meter)),
      });
    },
  };
}

async function serve(): Promise<number> {
  const { ledger } = await openLedger({ place: await startPostgres(), wallets: BALANCES });
  const { port } = await servicesOf(ledger).listen({ host: HOST, port: 0 });
  return port;
}

async function serveOnSeveral(workers: number): Promise<number> {
  // The workers are this program again: they find the database by the environment.
  if (cluster.isPrimary) {
    const place = await startPostgres();
    process.env[PLACE_VARIABLE] = place;
    const { ledger } = await openLedger({ place, wallets: BALANCES });
    await ledger.close();
  }
  const { isWorker, address, over } = await serveOnWorkers(
    { workers, host: HOST, port: 0 },
    async () => {
      const place = process.env[PLACE_VARIABLE];
      return servicesOf((await openLedger({ place, wallets: [] })).ledger);
    },
  );
  if (isWorker) {
    // It says nothing: the process that keeps it does.
    await over;
    process.exit(0);
  }
  return address.port;
}
