import { expect } from 'chai';
import { CodeMap, readCosts, renamed } from './dump';

const FIRST = 'fn=(1) main\n3 40\ncfn=(2) copy\ncalls=1 0\n4 1000\n\ntotals: 1040\n';
const SECOND = "fn=(2)\n10 5\n+2 6\n* 7\ncfn=(1)\ncalls=2 0\n3 900\n-1 8\nfn=(3) copy'2\n1 100\n";

describe('a dump of callgrind', () => {
  it('costs a function its own lines, and nothing of what it has called', () => {
    expect([...readCosts([FIRST])]).to.deep.equal([['main', 40]]);
  });

  it('names functions as earlier dumps do, and those that call themselves but once', () => {
    expect([...readCosts([FIRST, SECOND])]).to.deep.equal([['copy', 5 + 6 + 7 + 8 + 100]]);
  });
});

describe('CodeMap', () => {
  const map = new CodeMap(
    'd000 100 JS:^old a.js:1\nd000 80 JS:*ask b.js:2\nd100 10 JS:*end c.js:3\n',
  );

  it('finds the function whose code holds an address, the newest first', () => {
    expect(map.nameOf('0x000000000000d07f')).to.equal('JS:*ask b.js:2');
  });

  it('finds an older one where the newer is shorter', () => {
    expect(map.nameOf('0x000000000000d080')).to.equal('JS:^old a.js:1');
  });

  it('leaves names alone', () => {
    expect(map.nameOf('Builtins_LoadIC')).to.equal('Builtins_LoadIC');
  });
});

describe('renamed costs', () => {
  it('are added up by the new name, and the dearest come first', () => {
    const costs = new Map([
      ['0x1', 2],
      ['gc', 7],
      ['0x2', 6],
    ]);
    expect(renamed(costs, (name) => (name.startsWith('0x') ? 'ask' : name))).to.deep.equal([
      ['ask', 8],
      ['gc', 7],
    ]);
  });
});
