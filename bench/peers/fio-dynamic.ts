import { connect, dynamicClient } from '../../src/rpc/index';
import { callInLoops } from './call-loop';
import { fio } from './fio';
import { HOST, type NodePeer } from './peer';

/** The server of `fio`, and a client without a stub, which has asked it what Wallet is. */
export const fioDynamic: NodePeer = {
  serve: () => fio.serve(),
  async connect(port) {
    const wallet = await dynamicClient<'readBalance'>(connect(`${HOST}:${port}`), 'Wallet');
    const readBalance = (request: { wallet: string }) =>
      wallet.readBalance(request) as Promise<unknown> as Promise<{ value: number }>;
    return { read: ({ inFlight }, meter) => callInLoops(readBalance, inFlight, meter) };
  },
};
