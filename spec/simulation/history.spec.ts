import { expect } from 'chai';
import { MovementKind } from '../../src/services/wallet/movement';
import type { LedgerRecord } from './disk';
import { History } from './history';

const { OPENED, ORDERED, CASHED } = MovementKind;

function journal(
  ...lines: [wallet: string, kind: MovementKind, order: number, amount: number, balance: number][]
): LedgerRecord[] {
  return lines.map(([wallet, kind, order, amount, balance]) => ({
    lines: [{ wallet, kind, order, amount, balance, atMs: 0 }],
    kept: [],
  }));
}

describe('The history of a simulated ledger', () => {
  const paid = journal(['a', OPENED, 0, 10, 10], ['b', OPENED, 0, 5, 5], ['a', ORDERED, 1, 4, 6]);

  it('adds up wallets and pending orders', () => {
    const history = new History(paid);
    expect([history.total, history.pending, history.wrong]).to.eql([15, 1, []]);
  });

  it('finds an order that is cashed twice', () => {
    const twice = journal(['b', CASHED, 1, 4, 9], ['b', CASHED, 1, 4, 13]);
    expect(new History([...paid, ...twice]).wrong).to.eql(['order 1 was cashed twice']);
  });

  it('finds an order that is cashed and was never made', () => {
    expect(new History([...paid, ...journal(['b', CASHED, 2, 4, 9])]).wrong).to.eql([
      'order 2 was cashed for 4',
    ]);
  });

  it('finds an order that is made twice', () => {
    expect(new History([...paid, ...journal(['a', ORDERED, 1, 1, 5])]).wrong).to.eql([
      'order 1 was made twice',
    ]);
  });

  it('finds a line that does not fit the one before it', () => {
    expect(new History([...paid, ...journal(['a', ORDERED, 2, 1, 6])]).wrong).to.eql([
      "'a' held 6, then 6 after 1",
    ]);
  });

  it('knows at which positions a wallet held what', () => {
    const history = new History(paid);
    const find = (from: number, to: number, what: number) =>
      history.findBalance('a', from, to, (balance) => balance === what);
    expect([find(0, 3, 10), find(2, 3, 10), find(3, 9, 10), find(0, 2, 6), find(0, 3, 6)]).to.eql([
      1,
      2,
      undefined,
      undefined,
      3,
    ]);
  });
});
