// `make guard`: counts the instructions of every workload and compares them with the bounds.
// `update=1` writes the bounds anew; `look=WORKLOAD` shows which functions one is made of.
import { perOperation } from './arithmetic';
import { boundsOf, ENGINE, explain, isGood, judge, readBounds, writeBounds } from './judge';
import { Counting, hasValgrind } from './count';
import { lookAt } from './look';

async function main(look: string, update: string): Promise<number> {
  if (!hasValgrind()) {
    process.stderr.write('guard: valgrind is not installed (Debian: apt install valgrind)\n');
    return 1;
  }
  process.stderr.write('guard: counting instructions under valgrind, about a minute...\n');
  if (look !== '') {
    process.stdout.write(`${await lookAt(look)}\n`);
    return 0;
  }
  const counting = await Counting.run();
  counting.remove();
  const measured = perOperation(counting.counts);
  const bounds = readBounds();
  if (update !== '') {
    const after = boundsOf(measured, bounds);
    writeBounds(after);
    for (const [name, { instructions }] of Object.entries(after.workloads)) {
      const was = bounds.workloads[name]?.instructions ?? 'none';
      process.stdout.write(`${name}: ${instructions}, was ${was}\n`);
    }
    return 0;
  }
  const findings = judge(measured, bounds);
  for (const finding of findings) {
    process.stdout.write(`${isGood(finding) ? '  ok' : '  !!'}  ${explain(finding)}\n`);
  }
  if (bounds.engine !== ENGINE) {
    process.stderr.write(`guard: the bounds are of ${bounds.engine}, this is ${ENGINE}\n`);
    return 1;
  }
  return findings.every(isGood) ? 0 : 1;
}

const { FIO_LOOK = '', FIO_UPDATE = '' } = process.env;
main(FIO_LOOK, FIO_UPDATE).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`guard: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
