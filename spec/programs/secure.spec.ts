import { expect } from 'chai';
import { Certificates, hasOpenssl } from './support/certificates';
import { freePort } from './support/ports';
import { printed, Stage, type Program } from './support/program';

const WALLETS = 'Bezos 100\nLivraria 5\n';
const TOKEN = 'a token of the specs';
const FLAGS_LINE =
  'flags: [--tls] [--ca FILE] [--cert FILE --key FILE] [--token TEXT] [--token-in-clear]' +
  ' [--keylog FILE]\n' +
  'flags of servers: [--binder HOST:PORT[,HOST:PORT]] [--advertise HOST:PORT]\n';

/** Flags that do not go together, and how the refusal begins. */
const REFUSED: readonly (readonly [program: string, flags: string, reason: string])[] = [
  ['svc_banco', '--tls', 'a server with --tls needs --cert and --key'],
  ['svc_banco', '--tls --cert c.pem', '--cert and --key go together'],
  ['svc_banco', '--cert c.pem --key k.pem', '--cert needs --tls'],
  ['svc_banco', '--token x', 'a token without --tls can be read by others'],
  ['svc_banco', '--token', '--token needs a TEXT after it'],
  ['svc_banco', '--token --tls', '--token needs a TEXT after it'],
  ['svc_loja', '--tls --ca c.pem', 'a server with --tls needs --cert and --key'],
  ['cln_banco', '--tls --key k.pem', '--cert and --key go together'],
  ['cln_banco', '--ca c.pem', '--ca needs --tls'],
  ['cln_banco', '--keylog keys', '--keylog needs --tls'],
  ['cln_banco', '--tls --tls', '--tls is given twice'],
  ['cln_banco', '--tls=yes', '--tls takes no value'],
  ['cln_loja', '--token-in-clear', '--token-in-clear needs --token'],
  ['cln_loja', '--tls --token x --token-in-clear', '--token-in-clear is for programs without'],
  ['watch_wallet', '--token x', 'a token without --tls can be read by others'],
  ['watch_wallet', `--token-in-clear --token ${'x'.repeat(1025)}`, 'a token has at most 1024'],
];

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  svc_banco: ['5555'],
  svc_loja: ['10', '6666', 'Livraria', 'localhost:5555'],
  cln_banco: ['Bezos', 'localhost:5555'],
  cln_loja: ['Bezos', 'localhost:5555', 'localhost:6666'],
  watch_wallet: ['Bezos', 'localhost:5555'],
};

describe('flags that do not go together', function () {
  this.timeout(20_000);
  const stage = new Stage();
  afterEach(() => stage.clear());

  for (const [program, flags, reason] of REFUSED) {
    it(`${program} ${flags.slice(0, 40)}: ${reason}`, async () => {
      const args = [...(ARGUMENTS[program] ?? []), ...flags.split(' ')];
      const { code, stdout, stderr } = await stage.run(program, args);
      expect({ code, stdout }).to.eql({ code: 2, stdout: '' });
      expect(stderr).to.match(
        /^\w+: [^\n]+\nusage: [^\n]+\nflags: [^\n]+\nflags of servers: [^\n]+\n$/,
      );
      expect(stderr.slice(0, `${program}: ${reason}`.length)).to.equal(`${program}: ${reason}`);
      expect(stderr.endsWith(FLAGS_LINE)).to.equal(true);
    });
  }
});

describe('a token in clear', function () {
  this.timeout(20_000);
  const stage = new Stage();
  let address: string;
  let server: Program;
  afterEach(() => stage.clear());

  beforeEach(async () => {
    const port = await freePort();
    address = `localhost:${port}`;
    const args = [port, '--token-in-clear', '--token', TOKEN];
    server = stage.start('svc_banco', args, { input: WALLETS });
  });

  it('ends the server for the client that sends it', async () => {
    const args = ['--token', TOKEN, '--token-in-clear', 'Bezos', address];
    expect(await stage.run('cln_banco', args, 'S\nF\n')).to.eql(printed(100, 0));
    expect(await server.outcome()).to.eql(printed('Bezos 100', 'Livraria 5'));
  });

  it('is taken from FIO_TOKEN too', async () => {
    const under = ['env', `FIO_TOKEN=${TOKEN}`];
    const args = ['Bezos', address, '--token-in-clear'];
    const client = stage.start('cln_banco', args, { input: 'F\n', under });
    expect(await client.outcome()).to.eql(printed(0));
  });

  it('is not needed for what is not End', async () => {
    expect(await stage.run('cln_banco', ['Bezos', address], 'S\nO 7\n')).to.eql(printed(100, 1));
  });

  it('is needed for End', async () => {
    const { code, stdout, stderr } = await stage.run('cln_banco', ['Bezos', address], 'F\n');
    expect({ code, stdout, stderr }).to.eql({
      code: 1,
      stdout: '',
      stderr: 'cln_banco: wallet.Wallet/End needs a known caller\n',
    });
    expect(server.isRunning).to.equal(true);
  });

  it('is refused when it is another', async () => {
    const args = ['Bezos', address, '--token', 'wrong', '--token-in-clear'];
    const { code, stdout, stderr } = await stage.run('cln_banco', args, 'S\n');
    expect({ code, stdout, stderr }).to.eql({
      code: 1,
      stdout: '',
      stderr: 'cln_banco: the token is not known here\n',
    });
  });
});

describe('the programs over TLS', function () {
  this.timeout(20_000);
  const stage = new Stage();
  let files: Certificates;
  let tls: string[];
  let trust: string[];

  before(function () {
    if (!hasOpenssl() && process.env.CI !== 'true') {
      this.skip();
    }
    files = new Certificates();
    files.addAuthority('ca');
    files.addAuthority('other');
    files.add('server', 'ca', 'the servers', 'DNS:localhost,IP:127.0.0.1');
    files.add('elsewhere', 'ca', 'elsewhere', 'DNS:elsewhere.example');
    files.add('admin', 'ca', 'admin', 'DNS:admin.example');
    files.add('stranger', 'other', 'stranger', 'DNS:stranger.example');
    tls = ['--tls', '--cert', files.path('server.pem'), '--key', files.path('server.key')];
    trust = ['--tls', '--ca', files.path('ca.pem')];
  });
  after(() => (files as Certificates | undefined)?.remove());
  afterEach(() => stage.clear());

  function showing(name: string): string[] {
    return ['--cert', files.path(`${name}.pem`), '--key', files.path(`${name}.key`)];
  }

  /** Starts a wallet server, and returns once it serves. */
  async function startBank(...flags: string[]): Promise<{ server: Program; address: string }> {
    const port = await freePort();
    const address = `localhost:${port}`;
    const server = stage.start('svc_banco', [port, ...flags], { input: WALLETS });
    const probe = [...trust, ...showing('server'), 'Bezos', address];
    await stage.run('cln_banco', probe, 'S\n');
    return { server, address };
  }

  it('all four end well, with certificates on both sides and a token', async () => {
    const token = ['--token', TOKEN];
    const all = [...trust, ...showing('server'), ...token];
    const { server, address } = await startBank(...all);
    const port = await freePort();
    const store = stage.start('svc_loja', [25, port, 'Livraria', address, ...all]);
    const args = ['Bezos', address, `localhost:${port}`, ...all];
    expect(await stage.run('cln_loja', args, 'C\nT\n')).to.eql(printed(25, 1, 0, 30));
    expect(await store.outcome()).to.eql(printed(0));
    expect(await server.outcome()).to.eql(printed('Bezos 75', 'Livraria 30'));
  });

  it('watch_wallet prints a balance', async () => {
    const { address } = await startBank(...tls);
    const watcher = stage.start('watch_wallet', ['Bezos', address, ...trust]);
    const first = await watcher.nextLine();
    await stage.run('cln_banco', ['Bezos', address, ...trust], 'O 1\n');
    expect([first, await watcher.nextLine()]).to.eql(['100', '99']);
  });

  it('a client without the token cannot end the server, whatever its certificate says', async () => {
    const { address } = await startBank(...tls, '--ca', files.path('ca.pem'), '--token', TOKEN);
    const args = ['Bezos', address, ...trust, ...showing('admin')];
    expect(await stage.run('cln_banco', args, 'F\n')).to.eql({
      code: 1,
      stdout: '',
      stderr: 'cln_banco: wallet.Wallet/End needs a known caller\n',
    });
  });

  for (const program of ['cln_banco', 'watch_wallet']) {
    it(`${program} says at once that a certificate is not trusted`, async () => {
      const { address } = await startBank(...tls);
      const startMs = performance.now();
      const { code, stderr } = await stage.run(program, ['Bezos', address, '--tls'], 'S\n');
      expect({ code, isQuick: performance.now() - startMs < 4_500 }).to.eql({
        code: 1,
        isQuick: true,
      });
      expect(stderr).to.match(
        new RegExp(`^${program}: cannot reach ${address}: .*(local issuer|first certificate).*\n$`),
      );
    });
  }

  it('a client refuses a certificate for another name', async () => {
    const { address } = await startBank('--tls', ...showing('elsewhere'));
    const { code, stderr } = await stage.run('cln_banco', ['Bezos', address, ...trust], 'S\n');
    expect(code).to.equal(1);
    expect(stderr).to.match(/^cln_banco: cannot reach .*altnames.*\n$/);
  });

  for (const [who, name] of [
    ['without a certificate', undefined],
    ['with a certificate of another authority', 'stranger'],
  ] as const) {
    it(`a server with --ca refuses a client ${who}`, async () => {
      const { server, address } = await startBank(...tls, '--ca', files.path('ca.pem'));
      const shown = name === undefined ? [] : showing(name);
      const args = ['Bezos', address, ...trust, ...shown];
      const { code, stdout, stderr } = await stage.run('cln_banco', args, 'F\n');
      expect({ code, stdout }, stderr).to.eql({ code: 1, stdout: '' });
      expect(stderr).to.match(/^cln_banco: .{10,}\n$/);
      expect(server.isRunning).to.equal(true);
    });
  }

  it('a client in clear is told that it cannot reach a server with TLS', async () => {
    const { server, address } = await startBank(...tls);
    const { code, stdout, stderr } = await stage.run('cln_banco', ['Bezos', address], 'F\n');
    expect({ code, stdout }).to.eql({ code: 1, stdout: '' });
    expect(stderr).to.match(/^cln_banco: .{10,}\n$/);
    expect(server.isRunning).to.equal(true);
  });

  describe('files that cannot be used', () => {
    const cases: Record<string, () => readonly [flags: string[], reason: RegExp]> = {
      'a file that is not there': () => [
        ['--ca', files.path('none.pem')],
        /^cln_banco: --ca: ENOENT: no such file or directory, open '[^\n]+'\n$/,
      ],
      'a key in place of a certificate': () => [
        ['--ca', files.path('ca.key')],
        /^cln_banco: --ca '[^\n]+' is not a certificate in PEM [^\n]+\n$/,
      ],
      'a damaged certificate': () => {
        const text = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
        const path = files.write('bad.pem', text);
        return [['--ca', path], /^cln_banco: --ca '[^\n]+' is a damaged certificate\n$/];
      },
      'the key of another certificate': () => [
        ['--cert', files.path('server.pem'), '--key', files.path('admin.key')],
        /^cln_banco: --key '[^\n]+' does not belong to the certificate --cert '[^\n]+'\n$/,
      ],
    };
    for (const [what, flagsAndReason] of Object.entries(cases)) {
      it(`${what}: one line and exit code 1`, async () => {
        const [flags, reason] = flagsAndReason();
        const args = ['Bezos', 'localhost:5555', '--tls', ...flags];
        const { code, stdout, stderr } = await stage.run('cln_banco', args);
        expect({ code, stdout }).to.eql({ code: 1, stdout: '' });
        expect(stderr).to.match(reason);
      });
    }
  });
});
