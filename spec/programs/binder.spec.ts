import { expect } from 'chai';
import { hasEtcd, Etcd } from '../services/binder/support/etcd';
import { freePort } from './support/ports';
import { printed, Stage, type Program } from './support/program';

const RESULTS = [
  'add(10, 5) = 15',
  'subtract(10, 5) = 5',
  'multiply(10, 5) = 50',
  'divide(10, 5) = 2',
];

describe('binder', function () {
  this.timeout(30_000);
  const stage = new Stage();
  let binder: Program;
  let address: string;
  afterEach(() => stage.clear());

  async function startBinder(...args: string[]): Promise<[Program, string]> {
    const port = await freePort();
    const program = stage.start('binder', [port, ...args]);
    expect(await program.nextLine()).to.equal('Binder Online ...');
    return [program, `localhost:${port}`];
  }
  const startMath = async (...args: string[]): Promise<Program> => {
    const server = stage.start('math_server', ['--binder', address, ...args]);
    expect(await server.nextLine()).to.equal('>> Server Online!');
    return server;
  };
  const runMath = (target: string, ...operands: string[]) =>
    stage.run('math_client', [target, ...operands]);

  describe('in memory', () => {
    beforeEach(async () => {
      [binder, address] = await startBinder();
    });

    it("tells a client where Helium's math is", async () => {
      const server = await startMath();
      expect(await runMath(`binder:${address}/Math`)).to.eql(printed(...RESULTS));
      expect(await server.nextLine()).to.match(/^math\.Math .+:\d+$/);
      expect(await server.nextLine()).to.match(/^add\(10, 5\) = 15 {2}/);
    });

    it('finds a service by one of its methods', async () => {
      await startMath();
      expect(await runMath(`binder:${address}/add`)).to.eql(printed(...RESULTS));
    });

    it('shows who comes, asks and goes', async () => {
      const server = await startMath();
      await runMath(`binder:${address}/math.Math`);
      server.child.kill('SIGTERM');
      expect(await binder.nextLine()).to.match(
        /^\+ math\.Math 127\.0\.0\.1:\d+$|^\+ math\.Math \[::1\]:\d+$/,
      );
      expect(await binder.nextLine()).to.equal('? math.Math 1');
      expect(await binder.nextLine()).to.match(/^- math\.Math /);
      expect((await server.outcome()).code).to.equal(0);
    });

    it('forgets a server that was killed, at once', async () => {
      const server = await startMath();
      await binder.nextLine();
      await server.kill();
      expect(await binder.nextLine()).to.match(/^- math\.Math /);
    });

    it('registers an address that was given', async () => {
      await startMath('--advertise', 'math.example.org:9');
      expect(await binder.nextLine()).to.equal('+ math.Math math.example.org:9');
    });

    it('shows a refused operation, and the client goes on', async () => {
      await startMath();
      const { code, stdout, stderr } = await runMath(`binder:${address}/Math`, '7', '0');
      expect([code, stdout.split('\n').length, stderr]).to.eql([
        1,
        4,
        'divide(7, 0): 7 divided by zero\n',
      ]);
    });

    it('says that nobody has registered a service', async () => {
      expect(await runMath(`binder:${address}/Math`)).to.eql({
        code: 1,
        stdout: '',
        stderr:
          `math_client: cannot reach binder:${address}/Math: ` +
          `no server has registered 'Math' at ${address}\n`,
      });
    });

    it('carries the wallet and the store: no address but its own is known', async () => {
      const wallet = `binder:${address}/Wallet`;
      const wallets = stage.start('svc_banco', ['0', '--binder', address], {
        input: 'Ana 100\nLoja 0\n',
      });
      expect(await binder.nextLine()).to.match(/^\+ wallet\.Wallet /);
      const store = stage.start('svc_loja', ['25', '0', 'Loja', wallet, '--binder', address]);
      expect(await binder.nextLine()).to.equal('? Wallet 1');
      expect(await binder.nextLine()).to.match(/^\+ store\.Store /);
      const client = await stage.run(
        'cln_loja',
        ['Ana', wallet, `binder:${address}/Store`],
        'C\nT\n',
      );
      expect(client).to.eql(printed(25, 1, 0, 25));
      expect(await store.outcome()).to.eql(printed(0));
      expect(await wallets.outcome()).to.eql(printed('Ana 75', 'Loja 25'));
    });

    it('ends well by Ctrl-C, and servers and clients go on without it', async () => {
      const server = await startMath();
      await server.nextLine();
      binder.child.kill('SIGINT');
      expect((await binder.outcome()).code).to.equal(0);
      expect(server.isRunning).to.equal(true);
    });
  });

  it('lets only who has the token register', async () => {
    [binder, address] = await startBinder('--token', 'secret', '--token-in-clear');
    const refused = await stage.run('math_server', ['--binder', address]);
    expect([refused.code, refused.stderr]).to.eql([
      1,
      'math_server: binder.Binder/Register needs a known caller\n',
    ]);
    const server = stage.start('math_server', [
      ...['--binder', address, '--token', 'secret', '--token-in-clear'],
    ]);
    expect(await server.nextLine()).to.equal('>> Server Online!');
    expect(await runMath(`binder:${address}/Math`)).to.eql(printed(...RESULTS));
  });

  const WRONG: [string, string[], string][] = [
    ['math_server', ['--advertise', 'x:1'], '--advertise needs --binder'],
    ['math_server', ['--binder', 'x'], "--binder: 'x' is not host:port"],
    ['svc_banco', ['0'], "a port is a whole number from 2048 to 65535, not '0'"],
    ['binder', ['5555', '--store', 'x'], '--store: Invalid URL'],
    ['binder', ['5555', '--store', 'ftp://x'], "--store: 'ftp://x' is not the URL of an etcd"],
    ['math_client', ['binder:x:1'], "'binder:x:1' names no service"],
    ['math_client', ['x:1', 'a', '2'], "'a' is no number"],
  ];
  for (const [program, args, message] of WRONG) {
    it(`${program} ${args.join(' ')}: says what is wrong`, async () => {
      const { code, stderr } = await stage.run(program, args);
      expect([code, stderr.startsWith(`${program}: ${message}`)], stderr).to.eql([2, true]);
    });
  }

  it('shares its truth with others in etcd (needs etcd)', async function () {
    if (!hasEtcd() && process.env.CI !== 'true') this.skip();
    const etcd = await Etcd.start();
    try {
      const [one, first] = await startBinder('--store', etcd.url);
      const [, second] = await startBinder('--store', etcd.url);
      address = `${first},${second}`;
      const server = await startMath();
      await one.kill();
      const both = await runMath(`binder:${address}/Math`);
      const straight = await runMath(`etcd:127.0.0.1:${etcd.port}/Math`);
      expect([both, straight]).to.eql([printed(...RESULTS), printed(...RESULTS)]);
      await server.kill();
    } finally {
      await etcd.remove();
    }
  });
});
