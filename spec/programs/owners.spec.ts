import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { client, connect, type Channel } from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { codeOf } from '../services/support/loopback';
import { freePort } from './support/ports';
import { printed, Stage, type Outcome } from './support/program';

const WALLETS = 'Dorgival 10\nBezos 1000000\n';
const TOKENS = '# who has what\n\nb-token Bezos\nd-token  Dorgival\r\nother-b Bezos\n';

describe('svc_banco --tokens FILE', function () {
  this.timeout(20_000);
  const stage = new Stage();
  let folder: string;
  let file: string;
  let port: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fio-owners-'));
    file = join(folder, 'tokens');
    writeFileSync(file, TOKENS);
    port = await freePort();
  });
  afterEach(async () => {
    await stage.clear();
    rmSync(folder, { recursive: true });
  });

  const serve = () => {
    const args = [port, '--tokens', file, '--token', 'a-token', '--token-in-clear'];
    return stage.start('svc_banco', args, { input: WALLETS });
  };
  const run = (token: string | undefined, wallet: string, input: string): Promise<Outcome> => {
    const credentials = token === undefined ? [] : ['--token', token, '--token-in-clear'];
    return stage.run('cln_banco', [wallet, `localhost:${port}`, ...credentials], input);
  };

  it('lets owners read their wallets and make orders from them, by any of their tokens', async () => {
    serve();
    expect(await run('b-token', 'Bezos', 'S\nO 60\n')).to.eql(printed(1_000_000, 1));
    expect(await run('other-b', 'Bezos', 'S\n')).to.eql(printed(999_940));
  });

  it('lets nobody else read a balance or make an order', async () => {
    serve();
    for (const command of ['S\n', 'O 1\n']) {
      const { code, stdout, stderr } = await run('d-token', 'Bezos', command);
      expect({ code, stdout, stderr }).to.eql({
        code: 1,
        stdout: '',
        stderr: "cln_banco: 'Bezos' is not Dorgival's\n",
      });
    }
  });

  it('lets a stranger neither, and tells them that a token is needed', async () => {
    serve();
    const { code, stderr } = await run(undefined, 'Bezos', 'S\n');
    expect({ code, stderr }).to.eql({
      code: 1,
      stderr: "cln_banco: 'Bezos' is for its owner: a token is needed\n",
    });
  });

  it('answers strangers the same for a wallet that does not exist', async () => {
    serve();
    const { stderr } = await run('d-token', 'Nobody', 'S\n');
    expect(stderr).to.equal("cln_banco: 'Nobody' is not Dorgival's\n");
  });

  it('lets anybody cash an order whose number and value they know', async () => {
    serve();
    await run('b-token', 'Bezos', 'O 60\n');
    expect(await run(undefined, 'Dorgival', 'X 1 60 Dorgival\n')).to.eql(printed(0));
    expect(await run('d-token', 'Dorgival', 'S\n')).to.eql(printed(70));
  });

  it('lets the holder of --token do all of it, and end the server', async () => {
    const server = serve();
    expect(await run('a-token', 'Bezos', 'S\nO 60\nF\n')).to.eql(printed(1_000_000, 1, 1));
    expect(await server.outcome()).to.eql(printed('Dorgival 10', 'Bezos 999940'));
  });

  it('lets no owner end the server', async () => {
    serve();
    const { code, stdout } = await run('b-token', 'Bezos', 'F\n');
    expect({ code, stdout }).to.eql({ code: 1, stdout: '' });
  });

  for (const [title, text, reason] of [
    ['a line without an owner', 'b-token\n', "line 1: expected 'token owner'"],
    ['a third word', 'b-token Bezos 10\n', "line 1: expected 'token owner'"],
    ['an owner that is no name', `\nb ${'x'.repeat(21)}\n`, "line 2: an owner is a wallet's name"],
    ['the admin', 'b-token admin\n', "line 1: 'admin' is who has --token"],
    ['a token twice', 'b x\nb y\n', 'line 2: an earlier line has the same token'],
  ] as const) {
    it(`refuses a file with ${title}, without telling the token`, async () => {
      writeFileSync(file, text);
      const { code, stderr } = await serve().outcome();
      expect({ code, told: stderr.includes('b-token') }).to.eql({ code: 1, told: false });
      expect(stderr).to.include(reason);
    });
  }

  it('refuses a file that is not there', async () => {
    rmSync(file);
    expect((await serve().outcome()).stderr).to.match(/^svc_banco: --tokens: ENOENT/);
  });

  it('wants TLS, or to be told that it is not needed', async () => {
    const { code, stderr } = await stage.run('svc_banco', [port, '--tokens', file], WALLETS);
    expect({ code, first: stderr.split('\n')[0] }).to.eql({
      code: 2,
      first:
        'svc_banco: a token without --tls can be read by others on the way: add --tls, or ' +
        '--token-in-clear',
    });
  });
});

describe('svc_banco --opaque-orders', function () {
  this.timeout(20_000);
  const stage = new Stage();
  let port: number;
  let channel: Channel;

  beforeEach(async () => {
    port = await freePort();
    stage.start('svc_banco', [port, '--opaque-orders'], { input: WALLETS });
    channel = connect(`localhost:${port}`);
  });
  afterEach(async () => {
    await channel.close();
    await stage.clear();
  });

  it('makes orders whose numbers say nothing, and which can be cashed', async () => {
    const bezos = stage.start('cln_banco', ['Bezos', `localhost:${port}`]);
    const numbers = [await bezos.ask('O 1'), await bezos.ask('O 1'), await bezos.ask('O 1')];
    expect(new Set(numbers).size).to.equal(3);
    expect(numbers.filter((number) => Number(number) > 1_000_000)).to.have.length(3);
    expect(await bezos.ask(`X ${numbers[1]} 1 Dorgival`)).to.equal('0');
  });

  it('tells nobody the statement of a wallet, as it has the numbers', async () => {
    const request = { wallet: 'Bezos', before: 0, limit: 0 };
    const lines = client(Wallet, channel).statement(request, { waitForReady: true });
    const read = async () => {
      for await (const { sequence } of lines) expect(sequence).to.equal(0);
    };
    expect(await codeOf(read())).to.equal('UNAUTHENTICATED');
  });
});
