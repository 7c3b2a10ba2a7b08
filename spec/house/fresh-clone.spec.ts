import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { Clone, type Outcome } from './clone';
import { freePort } from './free-port';

describe('a fresh clone, all four rules started at the same time', function () {
  this.timeout(180_000);
  let clone: Clone;
  let outcomes: Record<'wallets' | 'store' | 'owner' | 'buyer', Outcome>;

  before(async function () {
    clone = new Clone({ withPackages: false });
    const [walletsPort, storePort] = [await freePort(), await freePort()];
    const walletsAt = `localhost:${walletsPort}`;
    const storeAt = `localhost:${storePort}`;
    const [wallets, store, owner, buyer] = await Promise.all([
      clone.make(
        ['run_serv_banco', `arg1=${walletsPort}`],
        readFileSync(clone.path('examples/wallets.txt'), 'utf8'),
      ),
      clone.make([
        'run_serv_loja',
        'arg1=25',
        `arg2=${storePort}`,
        'arg3=Livraria',
        `arg4=${walletsAt}`,
      ]),
      clone.make(['run_cli_banco', 'arg1=Bezos', `arg2=${walletsAt}`], 'S\n'),
      clone.make(
        ['run_cli_loja', 'arg1=Papai_Noel', `arg2=${walletsAt}`, `arg3=${storeAt}`],
        'C\nT\n',
      ),
    ]);
    outcomes = { wallets, store, owner, buyer };
    const offline = Object.values(outcomes).some(({ stderr }) => stderr.includes('npm ci failed'));
    if (offline && process.env.CI !== 'true') this.skip();
  });
  after(() => clone.remove());

  function told(line: string): number {
    const all = Object.values(outcomes).flatMap(({ stderr }) => stderr.split('\n'));
    return all.filter((each) => each === line).length;
  }

  for (const line of ['installing packages (once)', 'generating stubs', 'compiling']) {
    it(`does it once: ${line}`, () => expect(told(`fio: ${line}...`)).to.equal(1));
  }

  it('says nothing else on standard error than that it sets up', () => {
    const all = Object.values(outcomes).flatMap(({ stderr }) => stderr.trimEnd().split('\n'));
    const setUp =
      /^$|^fio: (installing|generating|compiling|waiting)|^(src\/services|src\/conformance|bench|python)\/gen\//;
    expect(all.filter((line) => !setUp.test(line))).to.deep.equal([]);
  });

  for (const [name, stdout] of [
    ['wallets', 'Dorgival 10\nBezos 1000000\nPapai_Noel 99975\nLivraria 275\n'],
    ['store', '0\n'],
    ['owner', '1000000\n'],
    ['buyer', '25\n1\n0\n275\n'],
  ] as const) {
    it(`prints what the program prints, and nothing else: ${name}`, () =>
      expect(outcomes[name].stdout).to.equal(stdout));

    it(`ends with exit code 0: ${name}`, () => expect(outcomes[name].code).to.equal(0));
  }
});
