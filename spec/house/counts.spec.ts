import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const CODE = 'export function half(n: number): number {\n  return n / 2;\n}\n';
const USES_BOTH = `
require('../src/wire/half').half(2);
require('../src/rpc/half').half(2);
`;

interface Result {
  readonly code: number | undefined;
  /** The last line of the output. */
  readonly verdict: string | undefined;
  readonly output: string;
}

/** Runs `tools/test.mjs specs` in a small project with one spec. */
async function countIn(folder: string, spec: string): Promise<Result> {
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const name of ['tools', '.c8rc.json', '.mocharc.json', 'package.json', 'tsconfig.json']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  write('src/wire/half.ts', CODE);
  write('src/rpc/half.ts', CODE);
  write('spec/one.spec.ts', spec);

  const env = { ...process.env, NODE_V8_COVERAGE: undefined };
  const child = spawn(process.execPath, ['tools/test.mjs', 'specs'], { cwd: folder, env });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.resume();
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code: code ?? undefined, verdict: output.trimEnd().split('\n').at(-1), output };
}

describe('tools/test', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fio-counts-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('counts each test and each folder that is covered', async () => {
    const { code, verdict } = await countIn(folder, `it('a', () => { ${USES_BOTH} });`);
    expect({ code, verdict }).to.deep.equal({ code: 0, verdict: '3 passed, 0 failed' });
  });

  it('counts a test that fails', async () => {
    const spec = `it('a', () => { ${USES_BOTH} }); it('b', () => { throw new Error('no'); });`;
    const { code, verdict } = await countIn(folder, spec);
    expect({ code, verdict }).to.deep.equal({ code: 1, verdict: '3 passed, 1 failed' });
  });

  it('counts a folder that is covered too little', async () => {
    const spec = `it('a', () => { require('../src/wire/half').half(2); });`;
    const { code, verdict } = await countIn(folder, spec);
    expect({ code, verdict }).to.deep.equal({ code: 1, verdict: '2 passed, 1 failed' });
  });

  it('names a test that is skipped, and does not count it', async () => {
    const spec = `it('a', () => { ${USES_BOTH} }); it.skip('needs a tool', () => undefined);`;
    const { verdict, output } = await countIn(folder, spec);
    expect(verdict).to.equal('3 passed, 0 failed');
    expect(output).to.include('\nskipped needs a tool\n');
  });

  it('counts a run that stops in the middle as a failure', async () => {
    const spec = `it('a', () => { ${USES_BOTH} }); it('b', () => process.exit(0));`;
    const { code, verdict } = await countIn(folder, spec);
    expect({ code, verdict }).to.deep.equal({ code: 1, verdict: '2 passed, 1 failed' });
  });
});
