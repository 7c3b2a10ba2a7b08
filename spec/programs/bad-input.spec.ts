import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from './support/ports';
import { printed, Stage } from './support/program';

const ADDRESS = 'localhost:5555';

const BAD_ARGUMENTS: Record<string, readonly (readonly (string | number)[])[]> = {
  svc_banco: [[], [2047], [65_536], ['x'], ['5555.5'], ['-5555'], [5555, 'more']],
  cln_banco: [
    ['Bezos'],
    ['Bezos', 'localhost'],
    ['Bezos', 'localhost:'],
    ['Bezos', ':5555'],
    ['Bezos', 'localhost:0'],
    ['Bezos', 'localhost:65536'],
    ['Bezos', '::1:5555'],
    ['two words', ADDRESS],
    ['x'.repeat(21), ADDRESS],
    ['Bezos', ADDRESS, 'more'],
  ],
  svc_loja: [
    [10, 6666, 'Bezos'],
    [-1, 6666, 'Bezos', ADDRESS],
    [1.5, 6666, 'Bezos', ADDRESS],
    ['9007199254740992', 6666, 'Bezos', ADDRESS],
    [10, 2047, 'Bezos', ADDRESS],
    [10, 65_536, 'Bezos', ADDRESS],
    [10, 6666, 'x'.repeat(21), ADDRESS],
    [10, 6666, 'Bezos', 'localhost'],
  ],
  cln_loja: [
    ['Bezos', ADDRESS],
    ['x'.repeat(21), ADDRESS, ADDRESS],
    ['Bezos', 'localhost', ADDRESS],
    ['Bezos', ADDRESS, 'localhost'],
  ],
};

describe('bad arguments and bad input', function () {
  this.timeout(20_000);
  const stage = new Stage();
  afterEach(() => stage.clear());

  for (const [program, lists] of Object.entries(BAD_ARGUMENTS)) {
    it(`${program}: each is a usage line on stderr and exit code 2`, async () => {
      const outcomes = await Promise.all(
        lists.map(async (args) => {
          const { code, stdout, stderr } = await stage.run(program, args);
          const [reason = '', usage = '', ...more] = stderr.trimEnd().split('\n');
          return { code, stdout, hasUsage: usage.startsWith(`usage: ${program} <`), reason, more };
        }),
      );
      for (const [index, { reason, ...rest }] of outcomes.entries()) {
        const what = `${program} ${lists[index]?.join(' ')}`;
        expect(rest, what).to.eql({ code: 2, stdout: '', hasUsage: true, more: [] });
        expect(reason, what).to.match(new RegExp(`^${program}: .{20}`));
      }
    });
  }

  it('svc_banco: the smallest and the largest port are served', async () => {
    for (const port of [2048, 65_535]) {
      const server = stage.start('svc_banco', [port], { input: 'Bezos 1\n' });
      const client = await stage.run('cln_banco', ['Bezos', `localhost:${port}`], 'S\nF\n');
      expect(client).to.eql(printed(1, 0));
      await server.outcome();
    }
  });

  it('svc_banco: a malformed wallet names its line and ends with 2 before it serves', async () => {
    const port = await freePort();
    // The port is taken: a server that had begun to serve would say so.
    const taken = createServer().listen(port);
    await once(taken, 'listening');
    const outcome = await stage.run('svc_banco', [port], 'Dorgival 10\n\nBezos 1.5\nX\n');
    taken.close();
    const { code, stdout, stderr } = outcome;
    const [first, second] = stderr.split('\n');
    expect({ code, stdout, first }).to.eql({
      code: 2,
      stdout: '',
      first:
        "svc_banco: line 3: a wallet's value is a whole number from 0 to 9007199254740991, " +
        "not '1.5'",
    });
    expect(second).to.match(/^usage: svc_banco <port> .*< <list of wallets>$/);
  });

  it('svc_banco: a port in use is reported with exit code 1', async () => {
    const taken = createServer().listen(0);
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const outcome = await stage.run('svc_banco', [port], 'Bezos 1\n');
    taken.close();
    expect(outcome).to.eql({
      code: 1,
      stdout: '',
      stderr: `svc_banco: another program listens on port ${port}: end it, or choose another port\n`,
    });
  });

  it('svc_banco: an empty list is served', async () => {
    const port = await freePort();
    const server = stage.start('svc_banco', [port], { input: '' });
    expect(await stage.run('cln_banco', ['Bezos', `localhost:${port}`], 'S\nF\n')).to.eql(
      printed(-1, 0),
    );
    expect(await server.outcome()).to.eql(printed());
  });

  it('a wallet that would hold too much is refused, and the order kept', async () => {
    const port = await freePort();
    stage.start('svc_banco', [port], { input: 'Full 9007199254740991\nBezos 1\n' });
    const input = 'O 1\nX 1 1 Full\nX 1 1 Bezos\n';
    const { code, stdout, stderr } = await stage.run(
      'cln_banco',
      ['Bezos', `localhost:${port}`],
      input,
    );
    expect({ code, stdout }).to.eql({ code: 0, stdout: '1\n0\n' });
    expect(stderr).to.equal("line 2: OUT_OF_RANGE: 'Full' would hold more than 9007199254740991\n");
  });
});

describe('a server that is not there', function () {
  this.timeout(20_000);
  const stage = new Stage();
  afterEach(() => stage.clear());

  it('is reported by each program after 8 s of trying, with exit code 1', async () => {
    const absent = `localhost:${await freePort()}`;
    const startMs = performance.now();
    const outcomes = await Promise.all([
      stage.run('cln_banco', ['Bezos', absent], 'S\nS\n'),
      stage.run('svc_loja', [10, await freePort(), 'Bezos', absent]),
      stage.run('cln_loja', ['Bezos', absent, absent], 'C\n'),
    ]);
    const tookMs = performance.now() - startMs;
    for (const { code, stdout, stderr } of outcomes) {
      expect({ code, stdout }).to.eql({ code: 1, stdout: '' });
      expect(stderr).to.match(new RegExp(`^\\w+: cannot reach ${absent}.*\n$`));
    }
    expect(tookMs).to.be.within(8_000, 15_000);
  });

  it('is waited for by a client that was started a moment before it', async () => {
    const port = await freePort();
    const client = stage.start('cln_banco', ['Bezos', `localhost:${port}`], { input: 'S\nF\n' });
    // Once another program has started and ended, the first one has tried, and found nobody.
    await stage.run('cln_banco', []);
    stage.start('svc_banco', [port], { input: 'Bezos 5\n' });
    expect(await client.outcome()).to.eql(printed(5, 0));
  });
});
