import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SHOP_PROTO, Shop } from './support/shop';
import { fio } from './support/tool';

describe('fio describe', () => {
  const shop = new Shop();
  before(() => shop.open());
  after(() => shop.close());
  const described = async (...args: readonly string[]): Promise<string> =>
    (await fio(['describe', shop.address, ...args])).out;

  it('shows a service with its types as a .proto that says the same', async () => {
    // The declarations come in another sequence: those that the methods name first.
    const blocks = (text: string): string[] =>
      text
        .trim()
        .split(/\n\n(?=\S)/)
        .sort();
    expect(blocks(await described('Shop'))).to.deep.equal(blocks(SHOP_PROTO));
  });

  it('shows everything but the service that every server has', async () =>
    expect(await described()).to.equal(await described('shop.Shop')));

  it('shows a method, and what it takes and gives', async () =>
    expect(await described('Shop.Count')).to.equal(
      [
        'rpc Count(Number) returns (stream Number) {',
        '  option (fio.method) = 2;',
        '}',
        '',
        'message Number {',
        '  int32 value = 1;',
        '}',
        '',
      ].join('\n'),
    ));

  it('shows a type, and the types in it', async () =>
    expect(await described('TooPoor')).to.equal(
      [
        'message TooPoor {',
        '  option (fio.error) = 4;',
        '  option (fio.code) = FAILED_PRECONDITION;',
        '  int64 missing = 1;',
        '  Colour colour = 2;',
        '}',
        '',
        'enum Colour {',
        '  RED = 0;',
        '  // Of grass.',
        '  GREEN = 5;',
        '}',
        '',
      ].join('\n'),
    ));

  it('knows names in full, and methods as programs write them', async () => {
    const count = await described('Shop.Count');
    expect(await described('shop.Shop/count')).to.equal(count);
    expect(await described('shop.Number')).to.equal(await described('Number'));
  });

  it('shows the service that every server has when it is asked for', async () =>
    expect(await described('fio.Builtin')).to.match(/^syntax = "proto3";\n\npackage fio;\n/));

  it('writes files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fio-describe-'));
    try {
      await described('Shop', '--out', folder);
      const text = readFileSync(join(folder, 'shop.proto'), 'utf8');
      expect(text).to.equal(await described('Shop'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says which name may have been meant', async () => {
    const { code, err } = await fio(['describe', shop.address, 'Shop.Cont']);
    expect(code).to.equal(2);
    expect(err).to.match(/^fio: shop\.Shop has no method 'Cont'; did you mean 'Count'\?\n/);
  });
});
