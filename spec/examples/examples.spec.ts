import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { hasOpenssl } from '../support/certificates';
import { onFreePorts, readPage, type, type Page } from './page';

const ROOT = join(__dirname, '..', '..');
const NAMES = readdirSync(join(ROOT, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  .map(({ name }) => name);
/** Most of their time is the start of programs. */
const AT_ONCE = 3;

describe('examples', function () {
  this.timeout(120_000);
  const runs = new Map<string, Promise<[page: Page, output: string]>>();

  before(() => {
    // Nothing to do when `make test` has been here.
    const { status, stderr } = spawnSync('make', ['-s', 'examples'], { cwd: ROOT });
    expect(status, String(stderr)).to.equal(0);
    const lanes = Array.from({ length: AT_ONCE }, (): Promise<unknown> => Promise.resolve());
    for (const [index, name] of NAMES.entries()) {
      const lane = index % AT_ONCE;
      const run = lanes[lane]!.then(() => runPage(name));
      lanes[lane] = run.catch(() => undefined);
      runs.set(name, run);
    }
  });

  async function runPage(name: string): Promise<[Page, string]> {
    const page = await onFreePorts(readPage(name));
    return [page, await type(name, page.commands)];
  }

  for (const name of NAMES) {
    it(`${name} does what its page says`, async function () {
      if (name === 'tls' && !hasOpenssl() && process.env.CI !== 'true') this.skip();
      const [{ output }, found] = (await runs.get(name))!;
      expect(found).to.equal(output);
    });
  }

  it('are all in the list', () => {
    const index = readFileSync(join(ROOT, 'examples', 'README.md'), 'utf8');
    const listed = [...index.matchAll(/^\| \[(.+?)\]\((.+?)\)/gm)].map(([, text, link]) => [
      text,
      link,
    ]);
    expect(listed).to.have.deep.members(NAMES.map((name) => [name, name]));
  });
});
