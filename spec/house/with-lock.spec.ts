import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Clone, type Outcome } from './clone';

/** Adds one to the number in `count`, slowly: two at a time would lose one. */
const ADD_ONE = 'read -r n <count; sleep 0.05; echo $((n + 1)) >count';
const NEEDED = ['sh', 'cat', 'dirname', 'ln', 'mkdir', 'readlink', 'rm', 'rmdir', 'sleep'];

/** A folder of links to the commands that the lock needs, and no flock among them. */
function pathWithoutFlock(clone: Clone): string {
  const folder = clone.path('commands');
  mkdirSync(folder);
  for (const name of NEEDED) {
    const target = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    symlinkSync(target, join(folder, name));
  }
  return folder;
}

function lock(clone: Clone, script: string, path?: string): Promise<Outcome> {
  return clone.run('tools/with-lock', ['sh', '-c', script], path === undefined ? {} : { path });
}

describe('tools/with-lock', function () {
  this.timeout(30_000);
  let clone: Clone;
  let withoutFlock: string;

  before(() => {
    clone = new Clone({ withPackages: false });
    withoutFlock = pathWithoutFlock(clone);
  });
  after(() => clone.remove());

  for (const kind of ['with flock', 'without flock'] as const) {
    const path = (): string | undefined => (kind === 'with flock' ? undefined : withoutFlock);

    it(`lets one command run at a time, ${kind}`, async () => {
      writeFileSync(clone.path('count'), '0\n');
      await Promise.all([1, 2, 3, 4].map(() => lock(clone, ADD_ONE, path())));
      expect(readFileSync(clone.path('count'), 'utf8')).to.equal('4\n');
    });

    it(`ends with the exit code of the command, ${kind}`, async () => {
      expect((await lock(clone, 'exit 7', path())).code).to.equal(7);
    });
  }

  it('says on standard error that it waits', async () => {
    const both = await Promise.all([lock(clone, 'sleep 0.3'), lock(clone, 'sleep 0.3')]);
    const told = both.map(({ stderr }) => stderr).sort();
    expect(told).to.deep.equal(['', 'fio: waiting for another make in this folder...\n']);
  });

  it('takes the lock of an owner that was killed', async () => {
    const killed = await clone.run('tools/with-lock', ['sh', '-c', 'echo held >&2; sleep 30'], {
      path: withoutFlock,
      onStderr: (_, kill) => kill(),
    });
    expect(killed.code).to.equal(undefined);
    expect(readlinkSync(clone.path('.make', 'lock'))).to.match(/^\d+$/);
    expect((await lock(clone, 'exit 0', withoutFlock)).code).to.equal(0);
  });

  it('leaves nothing behind', async () => {
    await lock(clone, ':', withoutFlock);
    expect(existsSync(clone.path('.make'))).to.equal(false);
  });
});
