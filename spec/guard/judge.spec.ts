import { expect } from 'chai';
import { boundsOf, ENGINE, explain, isGood, judge, type Bounds, type Finding } from './judge';

const BOUNDS: Bounds = {
  engine: ENGINE,
  workloads: { 'a call': { instructions: 20_000, tolerancePercent: 5 } },
};

function found(instructions: number): Finding {
  return judge(new Map([['a call', instructions]]), BOUNDS)[0]!;
}

describe('the bounds of instructions', () => {
  it('let a count pass that is as high as the tolerance', () => {
    expect(found(21_000).verdict).to.equal('within');
  });

  it('refuse a count that is above the tolerance', () => {
    expect(found(21_001).verdict).to.equal('higher');
  });

  it('say of a higher count what has grown, by how much, and how to look at it', () => {
    expect(explain(found(22_000)))
      .to.include('a call: 22 000 instructions, 10.0 % more than the bound of 20 000 (± 5 %)')
      .and.to.include("make guard look='a call'")
      .and.to.include('make guard update=1');
  });

  it('let a lower count pass, and ask for a lower bound', () => {
    const lower = found(18_000);
    expect([isGood(lower), explain(lower)]).to.deep.equal([
      true,
      'a call: 18 000 instructions, 10.0 % less than the bound of 20 000: ' +
        'lower it with make guard update=1',
    ]);
  });

  it('refuse a workload without a bound', () => {
    const findings = judge(new Map([['another', 1]]), { ...BOUNDS, workloads: {} });
    expect(findings.map(isGood)).to.deep.equal([false]);
  });

  it('refuse a bound without a workload', () => {
    expect(judge(new Map(), BOUNDS).map(isGood)).to.deep.equal([false]);
  });

  it('are written anew with the tolerances that they had', () => {
    const before = { ...BOUNDS, workloads: { 'a call': { instructions: 9, tolerancePercent: 2 } } };
    const { workloads } = boundsOf(new Map([['a call', 100]]), before);
    expect(workloads['a call']).to.deep.equal({ instructions: 100, tolerancePercent: 2 });
  });
});
