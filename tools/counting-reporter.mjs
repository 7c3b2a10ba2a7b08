// Mocha's usual report, and what it counted as JSON in the file that FIO_COUNTS names.
import { writeFileSync } from 'node:fs';
import { reporters } from 'mocha';

export default class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      const { passes, failures } = this.stats;
      writeFileSync(process.env.FIO_COUNTS, JSON.stringify({ passes, failures, skipped }));
    });
  }
}
