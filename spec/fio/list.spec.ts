import { expect } from 'chai';
import { Stage } from '../programs/support/program';
import { Shop } from './support/shop';
import { fio } from './support/tool';

describe('fio list', () => {
  const shop = new Shop();
  before(() => shop.open());
  after(() => shop.close());

  it('names the services', async () => {
    expect(await fio(['list', shop.address])).to.deep.equal({
      code: 0,
      out: 'fio.Builtin\nshop.Shop\n',
      err: '',
    });
  });

  it('names the methods of one, ready to be called', async () => {
    const { out } = await fio(['list', shop.address, 'Shop']);
    expect(out.split('\n').slice(0, 2)).to.deep.equal(['shop.Shop.Echo', 'shop.Shop.Count']);
  });

  it('tells what methods take and give, when it is to be long', async () => {
    const { out } = await fio(['list', '-l', shop.address, 'shop.Shop']);
    expect(out).to.equal(
      [
        'shop.Shop',
        '  Echo(shop.Thing) returns (shop.Thing)',
        '  Count(shop.Number) returns (stream shop.Number)',
        '  Add(stream shop.Number) returns (shop.Number)',
        '  Chat(stream shop.Number) returns (stream shop.Number)',
        '  Buy(shop.Number) returns (shop.Number)',
        '',
      ].join('\n'),
    );
  });

  it('has colours on a terminal', async () => {
    const { out } = await fio(['list', '-l', shop.address], { isTerminal: true });
    expect(out).to.contain('\u001B[1mshop.Shop\u001B[0m');
  });

  it('has none there when NO_COLOR is set', async () => {
    const options = { isTerminal: true, env: { NO_COLOR: '1' } };
    expect((await fio(['list', '-l', shop.address], options)).out).not.to.contain('\u001B');
  });

  it('says which service may have been meant', async () => {
    expect(await fio(['list', shop.address, 'Shopp'])).to.deep.equal({
      code: 2,
      out: '',
      err: "fio: no service 'Shopp' is served; did you mean 'Shop'?\nTry --help behind the command.\n",
    });
  });

  it('ends with 78 when there is no server, and says what to do', async () => {
    const { code, err } = await fio(['list', '127.0.0.1:1']);
    expect(code).to.equal(78);
    expect(err).to.match(/^fio: UNAVAILABLE: cannot reach 127\.0\.0\.1:1: .*\n.*--wait 10s/);
  });

  for (const [what, args] of [
    ['an address that is none', ['nowhere']],
    ['flags that do not go together', ['localhost:1', '--ca', 'ca.pem']],
    ['a flag that there is not', ['localhost:1', '--colour']],
    ['a time that is none', ['localhost:1', '--timeout', 'soon']],
    ['no server', []],
  ] as const) {
    it(`ends with 2 for ${what}`, async () => {
      expect((await fio(['list', ...args])).code).to.equal(2);
    });
  }

  it('runs as a program of its own', async function () {
    this.timeout(20_000);
    const stage = new Stage();
    try {
      const { code, stdout } = await stage.run('fio', ['list', shop.address]);
      expect([code, stdout]).to.deep.equal([0, 'fio.Builtin\nshop.Shop\n']);
    } finally {
      await stage.clear();
    }
  });
});
