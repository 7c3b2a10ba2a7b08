import { expect } from 'chai';
import { perOperation, readCount } from './arithmetic';

const DUMP = 'version: 1\npid: 7\n\nfn=(1) main\n3 40\n\ntotals: 123456\n';

describe('readCount', () => {
  it('takes the operations and the name of the line, and the total of the dump', () => {
    const count = { name: 'unary call, alone', operations: 64, instructions: 123_456 };
    expect(readCount('64 unary call, alone', DUMP)).to.deep.equal(count);
  });

  it('refuses a dump without a total', () => {
    expect(() => readCount('64 unary call', 'version: 1\n')).to.throw('no total for unary call');
  });

  it('refuses a line without operations', () => {
    expect(() => readCount('unary call', DUMP)).to.throw('not a line of the program');
  });
});

describe('perOperation', () => {
  const count = (name: string, operations: number, instructions: number) => ({
    name,
    operations,
    instructions,
  });

  it('divides, and rounds', () => {
    expect([...perOperation([count('call', 3, 1_000)])]).to.deep.equal([['call', 333]]);
  });

  it('takes the least of several counts, in whatever order they come', () => {
    const counts = [count('call', 2, 300), count('item', 1, 9), count('call', 2, 200)];
    expect(perOperation([...counts, count('call', 2, 400)]).get('call')).to.equal(100);
  });

  it('leaves out what has no operations', () => {
    expect([...perOperation([count('the start', 0, 500_000_000)])]).to.deep.equal([]);
  });
});
