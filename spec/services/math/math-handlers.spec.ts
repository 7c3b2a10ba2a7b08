import { expect } from 'chai';
import { Math as MathService } from '../../../src/services/gen/math';
import { mathHandlers } from '../../../src/services/math/math-handlers';
import { codeOf, serveOnLoopback, type Loopback } from '../support/loopback';

describe('mathHandlers', () => {
  let math: Loopback<typeof MathService>;
  let shown: string[];

  beforeEach(async () => {
    shown = [];
    math = await serveOnLoopback(
      MathService,
      mathHandlers((text) => shown.push(text)),
    );
  });
  afterEach(() => math.close());

  it('add, subtract, multiply and divide', async () => {
    const { service } = math;
    const operands = { a: 10, b: 4 };
    const results = await Promise.all([
      service.add(operands),
      service.subtract(operands),
      service.multiply(operands),
      service.divide(operands),
    ]);
    expect(results.map(({ value }) => value)).to.deep.equal([14, 6, 40, 2.5]);
  });

  it('refuse a division by zero as INVALID_ARGUMENT', async () =>
    expect(await codeOf(math.service.divide({ a: 1, b: 0 }))).to.equal('INVALID_ARGUMENT'));

  it('refuse a sum that would be rounded as INVALID_ARGUMENT', async () =>
    expect(await codeOf(math.service.add({ a: Number.MAX_SAFE_INTEGER, b: 1 }))).to.equal(
      'INVALID_ARGUMENT',
    ));

  it('show each request', async () => {
    await math.service.add({ a: 2, b: 3 });
    await codeOf(math.service.divide({ a: 1, b: 0 }));
    expect(shown).to.deep.equal(['add(2, 3) = 5', 'divide(1, 0): 1 divided by zero']);
  });
});
