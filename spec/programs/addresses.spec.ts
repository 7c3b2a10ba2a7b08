import { expect } from 'chai';
import { networkInterfaces } from 'node:os';
import { freePort } from './support/ports';
import { printed, Stage } from './support/program';

const WALLETS = 'Dorgival 60\nLivraria 250\n';

/** Addresses of this machine that other machines see: a server on the loopback has none of them. */
function outerAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
    .slice(0, 1);
}

describe('the addresses of the servers', function () {
  this.timeout(20_000);
  const stage = new Stage();
  afterEach(() => stage.clear());

  for (const host of ['127.0.0.1', '127.8.8.8', '[::1]', 'localhost', ...outerAddresses()]) {
    it(`all four programs meet at ${host}`, async () => {
      const walletServer = `${host}:${await freePort()}`;
      const storeServer = `${host}:${await freePort()}`;
      const portOf = (address: string) => address.slice(address.lastIndexOf(':') + 1);
      const wallets = stage.start('svc_banco', [portOf(walletServer)], { input: WALLETS });
      stage.start('svc_loja', [25, portOf(storeServer), 'Livraria', walletServer]);
      expect(await stage.run('cln_banco', ['Dorgival', walletServer], 'S\n')).to.eql(printed(60));
      expect(await stage.run('cln_loja', ['Dorgival', walletServer, storeServer], 'C\nT\n')).to.eql(
        printed(25, 1, 0, 275),
      );
      expect(await wallets.outcome()).to.eql(printed('Dorgival 35', 'Livraria 275'));
    });
  }
});
