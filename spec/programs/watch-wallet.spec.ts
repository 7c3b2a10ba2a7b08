import { expect } from 'chai';
import { freePort } from './support/ports';
import { printed, Stage, type Program } from './support/program';

describe('watch_wallet', function () {
  this.timeout(20_000);
  const stage = new Stage();
  let server: Program;
  let address: string;
  let watcher: Program;

  beforeEach(async () => {
    const port = await freePort();
    address = `localhost:${port}`;
    server = stage.start('svc_banco', [port], { input: 'Bezos 100\nAna 5\n-x 7\n-- 8\n' });
    watcher = stage.start('watch_wallet', ['Bezos', address]);
    expect(await watcher.nextLine()).to.equal('100');
  });
  afterEach(() => stage.clear());

  it('prints a line for each change, and ends well with the server', async () => {
    await stage.run('cln_banco', ['Ana', address], 'O 1\nX 1 1 Bezos\n');
    expect(await watcher.nextLine()).to.equal('101');
    await stage.run('cln_banco', ['Ana', address], 'F\n');
    expect(await watcher.outcome()).to.eql(printed(100, 101));
  });

  it('ends quietly by Ctrl-C', async () => {
    watcher.child.kill('SIGINT');
    expect(await watcher.outcome()).to.eql(printed(100));
  });

  it('says that there is no such wallet', async () => {
    expect(await stage.run('watch_wallet', ['Nobody', address])).to.eql({
      code: 1,
      stdout: '',
      stderr: "watch_wallet: there is no wallet 'Nobody'\n",
    });
  });

  it('says that the server was stopped, and does not hold it up', async () => {
    server.child.kill('SIGTERM');
    expect(await watcher.outcome()).to.eql({
      code: 1,
      stdout: '100\n',
      stderr: 'watch_wallet: the wallet server was stopped\n',
    });
  });

  it('refuses too few arguments with a usage line', async () => {
    const { code, stderr } = await stage.run('watch_wallet', ['Bezos']);
    expect({ code, stderr }).to.eql({
      code: 2,
      stderr:
        'watch_wallet: expected 2 arguments, found 1\n' +
        'usage: watch_wallet <wallet> <host:port of the wallet server>\n',
    });
  });

  for (const [name, value] of [
    ['-x', 7],
    ['--', 8],
  ] as const) {
    it(`leaves a wallet called ${name} its name: it is no flag`, async () => {
      expect(await stage.run('cln_banco', [name, address], 'S\n')).to.eql(printed(value));
    });
  }
});
