import { expect } from 'chai';
import { figuresOf, percentileUs } from '../../bin/fio/stats/statistics';
import { Shop } from './support/shop';
import { fio } from './support/tool';

describe('fio health', () => {
  const shop = new Shop();
  before(() => shop.open());
  after(() => shop.close());

  it('says that a server takes calls', async () =>
    expect(await fio(['health', shop.address])).to.deep.equal({
      code: 0,
      out: 'SERVING\n',
      err: '',
    }));

  it('says that there is no such service, and ends with 3', async () =>
    expect(await fio(['health', shop.address, 'no.Such'])).to.deep.equal({
      code: 3,
      out: 'UNKNOWN\n',
      err: '',
    }));

  it('tells each change when it watches', async () => {
    const stop = new AbortController();
    let out = '';
    const { code } = await fio(['health', shop.address, 'shop.Shop', '--watch'], {
      signal: stop.signal,
      onOutput: (text) => {
        out += text;
        if (out === 'SERVING\n') shop.stopServing();
        else stop.abort();
      },
    });
    expect([code, out]).to.deep.equal([130, 'SERVING\nNOT_SERVING\n']);
  });
});

describe('fio stats', () => {
  const shop = new Shop();
  before(async () => {
    await shop.open();
    await fio(['call', shop.address, 'Shop.Buy', '--repeat', '20']);
  });
  after(() => shop.close());

  it('is a table, the busiest method first', async () => {
    const { out } = await fio(['stats', shop.address]);
    const [first, , head, row] = out.split('\n');
    expect(first).to.match(/^up \d+ s, 1 connection now, \d in all$/);
    expect(head?.trim().split(/ {2,}/)).to.deep.equal([
      'method',
      'calls',
      'errors',
      'open',
      'half took <',
      '99 % took <',
    ]);
    expect(row).to.match(/^shop\.Shop\/Buy +20 +20 +0 /);
  });

  it('is JSON when that is wanted', async () => {
    const { out } = await fio(['stats', shop.address, '--json']);
    const { methods } = JSON.parse(out) as { methods: { method: string; calls: number }[] };
    expect(methods.find(({ method }) => method === 'shop.Shop/Buy')).to.include({
      calls: 20,
      errors: 20,
    });
  });

  it('tells rates when it watches', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const { code } = await fio(['stats', shop.address, '--json', '--watch', '--every', '5ms'], {
      signal: stop.signal,
      onOutput: (text) => {
        lines.push(text);
        if (lines.length === 2) stop.abort();
      },
    });
    expect(code).to.equal(130);
    expect(lines[0]).not.to.contain('callsPerSecond');
    expect(lines[1]).to.contain('callsPerSecond');
  });

  describe('computes', () => {
    it('percentiles of ranges that double', () => {
      expect([50, 51, 99, 100].map((one) => percentileUs([0, 5, 0, 5], one))).to.deep.equal([
        2, 8, 8, 8,
      ]);
    });
    it('nothing of nothing', () => expect(percentileUs([0, 0], 50)).to.equal(0));
    it('rates and latencies of the time between', () => {
      const method = (calls: number, latencies: number[]) => ({
        method: 'a',
        calls,
        errors: 0,
        open: 0,
        latencies,
      });
      const reply = { connections: 1, connectionsTotal: 1 };
      const [figures] = figuresOf(
        { ...reply, uptimeMs: 3_000, methods: [method(110, [100, 0, 10])] },
        { ...reply, uptimeMs: 1_000, methods: [method(100, [100, 0, 0])] },
      );
      expect(figures).to.include({ callsPerSecond: 5, p50Us: 4 });
    });
  });
});
