import { expect } from 'chai';
import { Hosts, type Host } from './support/hosts';
import { freePort } from './support/ports';
import { printed, Stage } from './support/program';

const WALLETS = 'Dorgival 60\nLivraria 250\n';

const reason = Hosts.obstacle();

(reason === undefined ? describe : describe.skip)(
  `the four programs on two hosts${reason === undefined ? '' : ` (${reason})`}`,
  function () {
    this.timeout(30_000);
    const stage = new Stage();
    const hosts = new Hosts();
    let one: Host;
    let other: Host;

    before(() => {
      one = hosts.add();
      other = hosts.add();
    });
    afterEach(() => stage.clear());
    after(() => hosts.remove());

    for (const family of ['ipv4', 'ipv6'] as const) {
      it(`work together over ${family}`, async () => {
        const address = (host: Host): string => (family === 'ipv6' ? `[${host.ipv6}]` : host.ipv4);
        const walletPort = await freePort();
        const storePort = await freePort();
        const walletServer = `${address(one)}:${walletPort}`;
        const storeServer = `${address(other)}:${storePort}`;

        const wallets = stage.start('svc_banco', [walletPort], { ...one, input: WALLETS });
        const store = stage.start('svc_loja', [25, storePort, 'Livraria', walletServer], other);
        const owner = stage.start('cln_banco', ['Dorgival', walletServer], {
          ...other,
          input: 'S\nO 5\n',
        });
        expect(await owner.outcome()).to.eql(printed(60, 1));
        const buyer = stage.start('cln_loja', ['Dorgival', walletServer, storeServer], {
          ...one,
          input: 'C\nT\n',
        });
        expect(await buyer.outcome()).to.eql(printed(25, 2, 0, 275));
        expect(await store.outcome()).to.eql(printed(1));
        expect(await wallets.outcome()).to.eql(printed('Dorgival 30', 'Livraria 275'));
      });
    }
  },
);
