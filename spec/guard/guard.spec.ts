import { expect } from 'chai';
import { perOperation } from './arithmetic';
import { ENGINE, explain, isGood, judge, readBounds, type Finding } from './judge';
import { COUNT_MS_MAX, Counting, hasValgrind } from './count';

const bounds = readBounds();

describe('the guard against regressions of speed', function () {
  this.timeout(COUNT_MS_MAX + 60_000);
  let findings: Finding[] = [];

  before(`valgrind counts instructions on ${bounds.engine}`, async function () {
    // Figures of another compiler say nothing about ours.
    if (bounds.engine !== ENGINE) this.skip();
    if (process.env.CI !== 'true' && !hasValgrind()) this.skip();
    const counting = await Counting.run();
    counting.remove();
    findings = judge(perOperation(counting.counts), bounds);
    for (const finding of findings) {
      if (finding.verdict === 'lower') console.log(`guard: ${explain(finding)}`);
    }
  });

  for (const name of Object.keys(bounds.workloads)) {
    it(`finds no more instructions than bounded: ${name}`, () => {
      const faults = findings.filter((one) => one.name === name && !isGood(one));
      if (faults.length > 0) expect.fail(faults.map(explain).join());
    });
  }

  it('has a bound for every workload', () => {
    expect(findings.filter(({ bound }) => bound === undefined).map(explain)).to.deep.equal([]);
  });
});
