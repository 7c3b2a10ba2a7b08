import { expect } from 'chai';
import { Cluster, skipUnlessPostgres } from '../support/postgres';
import { freePort } from './support/ports';
import { printed, Stage } from './support/program';

describe('programs on several workers', function () {
  this.timeout(30_000);
  const stage = new Stage();
  afterEach(() => stage.clear());

  const REFUSED: readonly (readonly [string[], string])[] = [
    [
      ['--workers', '2'],
      'svc_banco: 2 workers cannot share a ledger in memory: each would have money of its own; ' +
        'give them a database, --ledger postgres://..., or use one worker',
    ],
    [
      ['--workers', '3', '--ledger', 'wallets.db'],
      'svc_banco: 3 workers cannot share the file wallets.db: a ledger in a file is for one ' +
        'process; give them a database, --ledger postgres://..., or use one worker',
    ],
    [['--workers', '0'], "svc_banco: --workers is a whole number from 1 to 256, not '0'"],
    [['--workers', 'two'], "svc_banco: --workers is a whole number from 1 to 256, not 'two'"],
  ];
  for (const [flags, words] of REFUSED) {
    it(`svc_banco ${flags.join(' ')} is refused`, async () => {
      const port = await freePort();
      const { code, stdout, stderr } = await stage.run('svc_banco', [port, ...flags], '');
      expect([code, stdout, stderr.split('\n')[0]]).to.deep.equal([2, '', words]);
    });
  }

  it('hello_server answers on two, and ends by SIGTERM', async () => {
    const port = await freePort();
    const server = stage.start('hello_server', [port, '--workers', '2']);
    const client = await stage.run('hello_client', [`localhost:${port}`]);
    expect(client.code, client.stderr).to.equal(0);
    server.child.kill('SIGTERM');
    expect((await server.outcome()).code).to.equal(0);
  });

  it('hello_server says once that its port is taken', async () => {
    const port = await freePort();
    const first = stage.start('hello_server', [port]);
    await stage.run('hello_client', [`localhost:${port}`]);
    const second = await stage.run('hello_server', [port, '--workers', '2'], '');
    first.child.kill('SIGTERM');
    expect(second).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: `hello_server: another program listens on port ${port}: end it, or choose another port\n`,
    });
  });

  describe('svc_banco on a database', () => {
    let cluster: Cluster | undefined;

    before(function () {
      skipUnlessPostgres(this);
      cluster = new Cluster();
    });
    after(() => cluster?.remove());

    it('pays through any of them, and ends them all by End', async () => {
      const port = await freePort();
      const flags = ['--workers', '2', '--ledger', cluster!.newPlace()];
      const input = 'Dorgival 10\nBezos 100\n';
      const server = stage.start('svc_banco', [port, ...flags], { input });
      const at = `localhost:${port}`;
      // Each client is a connection, and the workers take them in turn.
      expect(await stage.run('cln_banco', ['Bezos', at], 'O 60\n')).to.deep.equal(printed(1));
      expect(await stage.run('cln_banco', ['Dorgival', at], 'X 1 60 Dorgival\n')).to.deep.equal(
        printed(0),
      );
      expect(await stage.run('cln_banco', ['Dorgival', at], 'S\nF\n')).to.deep.equal(
        printed(70, 0),
      );
      expect(await server.outcome()).to.deep.equal(printed('Dorgival 70', 'Bezos 40'));
    });
  });
});
