import { expect } from 'chai';
import { client, connect, type Channel, type Client } from '../../src/rpc/index';
import { Store } from '../../src/services/gen/store';
import { freePort } from './support/ports';
import { printed, Stage, type Program } from './support/program';

const WALLETS = 'Dorgival 60\nBezos 1000000\nLivraria 250\n';
const PRICE = 25;

describe('svc_loja and cln_loja', function () {
  this.timeout(20_000);
  const stage = new Stage();
  const channels: Channel[] = [];
  let walletServer: string;
  let storeServer: string;
  let wallets: Program;
  let store: Program;

  beforeEach(async () => {
    const walletPort = await freePort();
    const storePort = await freePort();
    walletServer = `localhost:${walletPort}`;
    storeServer = `localhost:${storePort}`;
    wallets = stage.start('svc_banco', [walletPort], { input: WALLETS });
    store = stage.start('svc_loja', [PRICE, storePort, 'Livraria', walletServer]);
  });
  afterEach(async () => {
    await Promise.all(channels.splice(0).map((channel) => channel.close()));
    await stage.clear();
  });

  const buy = (input: string, wallet = 'Dorgival') =>
    stage.run('cln_loja', [wallet, walletServer, storeServer], input);
  const atWallet = (input: string, wallet = 'Dorgival') =>
    stage.run('cln_banco', [wallet, walletServer], input);

  /** A client of the store that needs no wallet server; it waits for the store to be there. */
  async function storeClient(): Promise<Client<typeof Store>> {
    const channel = connect(storeServer, { connectTimeoutMs: 15_000 });
    channels.push(channel);
    const service = client(Store, channel);
    await service.readPrice({}, { waitForReady: true });
    return service;
  }

  it('prints the price, then an order and a sale for each C, then the balance for T', async () => {
    expect(await buy('C\nC\nT\n')).to.eql(printed(PRICE, 1, 0, 2, 0, 300));
    expect(await store.outcome()).to.eql(printed(0));
    expect(await wallets.outcome()).to.eql(printed('Dorgival 10', 'Bezos 1000000', 'Livraria 300'));
  });

  it('prints the price although the input is empty', async () => {
    expect(await buy('')).to.eql(printed(PRICE));
  });

  it('may be typed: each answer is there before the next line', async () => {
    const buyer = stage.start('cln_loja', ['Dorgival', walletServer, storeServer]);
    const price = await buyer.nextLine();
    const order = await buyer.ask('C');
    expect([price, order, await buyer.nextLine()]).to.eql(['25', '1', '0']);
  });

  it('ignores lines that begin with anything else', async () => {
    expect(await buy(' C\nS\nc\n\nX 1 2 3\nO 5\n')).to.eql(printed(PRICE));
  });

  it('does not read on after T', async () => {
    expect(await buy('T\nC\nC\n')).to.eql(printed(PRICE, 250));
  });

  it('ends no server when its input ends', async () => {
    await buy('C');
    expect(await buy('C')).to.eql(printed(PRICE, 2, 0));
  });

  it('reports a malformed command with its line number and goes on', async () => {
    expect(await buy('Compra\nC\n')).to.eql({
      code: 0,
      stdout: '25\n1\n0\n',
      stderr: "line 1: expected 'C', found 'Compra'\n",
    });
  });

  describe('C', () => {
    it('prints one line, -2, when the buyer has too little', async () => {
      expect(await buy('C\nC\nC\n')).to.eql(printed(PRICE, 1, 0, 2, 0, -2));
    });

    it('prints one line, -1, when the buyer has no wallet', async () => {
      expect(await buy('C\n', 'Nobody')).to.eql(printed(PRICE, -1));
    });

    it('sells for orders with the numbers of the wallet server', async () => {
      await atWallet('O 1\nO 1\n', 'Bezos');
      expect(await buy('C\n')).to.eql(printed(PRICE, 3, 0));
    });
  });

  describe('F', () => {
    it('ends the wallet server, prints its pending orders, and leaves the store up', async () => {
      await atWallet('O 7\n', 'Bezos');
      const service = await storeClient();
      expect(await buy('F\nC\n')).to.eql(printed(PRICE, 1));
      expect(await wallets.outcome()).to.eql(
        printed('Dorgival 60', 'Bezos 999993', 'Livraria 250'),
      );
      expect(await service.readPrice({})).to.eql({ price: PRICE });
      expect(store.isRunning).to.equal(true);
    });
  });

  describe('T', () => {
    it("prints the balance only; the store prints the wallet server's pending orders", async () => {
      await atWallet('O 7\nO 8\n', 'Bezos');
      expect(await buy('C\nT\n')).to.eql(printed(PRICE, 3, 0, 275));
      expect(await store.outcome()).to.eql(printed(2));
    });

    it("answers with the store's own count, not with the wallet's balance", async () => {
      await storeClient();
      await atWallet('O 100\n', 'Livraria');
      expect(await buy('C\nT\n')).to.eql(printed(PRICE, 2, 0, 275));
    });

    it('counts no sale that was not paid', async () => {
      const service = await storeClient();
      await service.sell({ order: 99 });
      expect(await buy('T\n')).to.eql(printed(PRICE, 250));
    });

    it('ends the store although other clients stay connected', async () => {
      await storeClient();
      const idle = stage.start('cln_loja', ['Bezos', walletServer, storeServer]);
      await idle.nextLine();
      expect(await buy('T\n')).to.eql(printed(PRICE, 250));
      expect(await store.outcome()).to.eql(printed(0));
    });
  });

  describe('a wallet server that has gone', () => {
    it('makes a sale -9 within 2 s', async () => {
      const service = await storeClient();
      await wallets.kill();
      const startMs = performance.now();
      expect(await service.sell({ order: 1 })).to.eql({ status: -9 });
      expect(performance.now() - startMs).to.be.below(2_000);
    });

    it('makes a sale -9 within 2 s also when it hangs', async () => {
      const service = await storeClient();
      wallets.child.kill('SIGSTOP');
      const startMs = performance.now();
      expect(await service.sell({ order: 1 })).to.eql({ status: -9 });
      expect(performance.now() - startMs).to.be.below(2_000);
    });

    it('makes sales possible again when it is back', async () => {
      const service = await storeClient();
      await wallets.kill();
      await service.sell({ order: 1 });
      const port = walletServer.slice('localhost:'.length);
      stage.start('svc_banco', [port], { input: WALLETS });
      await atWallet(`O ${PRICE}\n`, 'Bezos');
      expect(await service.sell({ order: 1 })).to.eql({ status: 0 });
    });

    it('leaves T its answer; the store prints -9 and ends', async () => {
      await storeClient();
      await wallets.kill();
      expect(await buy('T\n')).to.eql(printed(PRICE, 250));
      expect(await store.outcome()).to.eql(printed(-9));
    });

    it('does not delay the answer to T when it hangs', async () => {
      const service = await storeClient();
      wallets.child.kill('SIGSTOP');
      const startMs = performance.now();
      expect(await service.end({})).to.eql({ balance: 250 });
      expect(performance.now() - startMs).to.be.below(1_000);
      expect(await store.outcome()).to.eql(printed(-9));
    });
  });

  describe('a seller without a wallet', () => {
    it('is a warning; the balance starts at -1 and sales return -3', async () => {
      const port = await freePort();
      const poor = stage.start('svc_loja', [PRICE, port, 'Nobody', walletServer]);
      const args = ['Dorgival', walletServer, `localhost:${port}`];
      expect(await stage.run('cln_loja', args, 'C\nT\n')).to.eql(printed(PRICE, 1, -3, -1));
      expect(await poor.outcome()).to.eql({
        code: 0,
        stdout: '1\n',
        stderr: "svc_loja: 'Nobody' has no wallet: every sale will return -3\n",
      });
    });
  });

  it('sells for nothing when the price is 0', async () => {
    const port = await freePort();
    stage.start('svc_loja', [0, port, 'Livraria', walletServer]);
    const args = ['Dorgival', walletServer, `localhost:${port}`];
    expect(await stage.run('cln_loja', args, 'C\nT\n')).to.eql(printed(0, 1, 0, 250));
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends quietly on ${signal}, and leaves the wallet server up`, async () => {
      await storeClient();
      store.child.kill(signal);
      expect(await store.outcome()).to.eql(printed());
      expect(await atWallet('S\n')).to.eql(printed(60));
    });
  }
});
