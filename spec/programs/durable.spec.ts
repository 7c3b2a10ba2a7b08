import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { client, connect, makeIdempotencyKey, systemEnvironment } from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { codeOf } from '../services/support/loopback';
import { skipUnlessSqlite } from '../services/wallet/support/sqlite';
import { freePort } from './support/ports';
import { printed, Stage, type Program } from './support/program';

const WALLETS = 'Dorgival 10\nBezos 1000000\nPapai_Noel 100000\n';

describe('svc_banco --ledger FILE', function () {
  this.timeout(20_000);
  const stage = new Stage();
  let folder: string;
  let place: string;
  let port: number;

  before(async function () {
    await skipUnlessSqlite(this);
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fio-durable-'));
    place = join(folder, 'wallets.db');
    port = await freePort();
  });
  afterEach(async () => {
    await stage.clear();
    rmSync(folder, { recursive: true });
  });

  const serve = (input: string, at = port) =>
    stage.start('svc_banco', [at, '--ledger', place], { input });
  const run = (input: string, wallet = 'Papai_Noel') =>
    stage.run('cln_banco', [wallet, `localhost:${port}`], input);

  it('prints what the wallet server always prints', async () => {
    const server = serve(WALLETS);
    expect(await run('S\nO 60\nS\nX 1 60 Dorgival\nO 5\nF\n')).to.eql(
      printed(100_000, 1, 99_940, 0, 2, 1),
    );
    expect(await server.outcome()).to.eql(
      printed('Dorgival 70', 'Bezos 1000000', 'Papai_Noel 99935'),
    );
  });

  it('goes on after kill -9 with all that it has answered', async () => {
    const killed: Program = serve(WALLETS);
    expect(await run('O 60\nX 1 60 Dorgival\nO 5\n')).to.eql(printed(1, 0, 2));
    await killed.kill();
    serve('');
    expect(await run('S\nX 2 5 Bezos\nO 1\nF\n')).to.eql(printed(99_935, 0, 3, 1));
  });

  it('forgets outcomes beyond the number that it is told to keep, oldest first', async () => {
    stage.start('svc_banco', [port, '--ledger', place, '--outcomes', '1000'], { input: WALLETS });
    const channel = connect(`127.0.0.1:${port}`);
    const wallet = client(Wallet, channel);
    const order = (idempotencyKey?: Uint8Array) =>
      wallet.createOrder(
        { wallet: 'Bezos', value: 1 },
        { waitForReady: true, timeoutMs: 10_000, ...(idempotencyKey && { idempotencyKey }) },
      );
    const wallClock = () => Date.now() - 1_000;
    const first = makeIdempotencyKey({ ...systemEnvironment, wallClock });
    await order(first);
    await Promise.all(Array.from({ length: 1_100 }, () => order()));
    expect(await codeOf(order(first))).to.equal('FAILED_PRECONDITION');
    await channel.close();
  });

  for (const [flags, words] of [
    [
      ['--outcomes', '5000'],
      'svc_banco: --outcomes is for a ledger that is kept: it needs --ledger',
    ],
    [
      ['--outcomes', '999', '--ledger', 'x.db'],
      "svc_banco: --outcomes is a whole number from 1000 to 1000000000, not '999'",
    ],
  ] as const) {
    it(`refuses ${flags.join(' ')}`, async () => {
      const { code, stdout, stderr } = await stage.run('svc_banco', [port, ...flags], '');
      expect([code, stdout, stderr.split('\n')[0]]).to.deep.equal([2, '', words]);
    });
  }

  it('keeps the pending orders beyond its end', async () => {
    const first = serve(WALLETS);
    expect(await run('O 60\nF\n')).to.eql(printed(1, 1));
    await first.outcome();
    serve('');
    expect(await run('X 1 60 Bezos\nF\n')).to.eql(printed(0, 0));
  });

  it('keeps what the wallets hold when it gets the same list, and says so', async () => {
    const first = serve(WALLETS);
    await run('O 60\n');
    await first.kill();
    const again = serve(`${WALLETS}Livraria 250\n`);
    expect(await run('S\nF\n')).to.eql(printed(99_940, 1));
    const { stdout, stderr } = await again.outcome();
    expect(stdout).to.equal('Dorgival 10\nBezos 1000000\nPapai_Noel 99940\nLivraria 250\n');
    expect(stderr).to.equal(
      `svc_banco: 3 of 4 wallets are in ${place} already and keep what they hold; 1 was added\n`,
    );
  });

  it('does not serve a list that gives a wallet another balance', async () => {
    const first = serve(WALLETS);
    await run('S\n');
    await first.kill();
    const { code, stdout, stderr } = await serve('Bezos 5\n').outcome();
    expect({ code, stdout }).to.eql({ code: 2, stdout: '' });
    expect(stderr).to.include("a wallet 'Bezos' that began with 1000000, and the list says 5");
  });

  it('is refused to a second server, with a line that says what to do', async () => {
    serve(WALLETS);
    await run('S\n');
    const { code, stdout, stderr } = await serve('', await freePort()).outcome();
    expect({ code, stdout }).to.eql({ code: 1, stdout: '' });
    expect(stderr).to.equal(
      `svc_banco: another process has the ledger ${place}: end it first (several servers on one ` +
        'ledger need PostgreSQL: --ledger postgres://...)\n',
    );
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends quietly on ${signal}`, async () => {
      const server = serve(WALLETS);
      await run('O 60\n');
      server.child.kill(signal);
      expect(await server.outcome()).to.eql(printed());
    });
  }
});
