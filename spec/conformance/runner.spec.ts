import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Verdict } from './report';

const ROOT = join(__dirname, '..', '..');
const RUNNER = join(__dirname, 'runner.ts');
const RUNNER_MS_MAX = 20_000;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Run> {
  const words = ['-r', 'ts-node/register', RUNNER, ...args];
  return new Promise((resolve) => {
    const options = { cwd: ROOT, timeout: RUNNER_MS_MAX };
    const child = execFile(process.execPath, words, options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

describe('spec/conformance/runner.ts', function () {
  this.timeout(RUNNER_MS_MAX);

  it('writes a line for each side of a case, and the sums', async () => {
    const { code, stdout } = await run('--own', '--only', 'large_unary', 'cacheable_unary');
    expect([code, stdout.split('\n').map((line) => line.replace(/ +/g, ' '))]).to.deep.equal([
      0,
      [
        'passed server §7.3 large_unary',
        'passed client §7.3 large_unary',
        'not applicable - §16 cacheable_unary: There are no proxies, and no calls that a proxy could read as cacheable.',
        '2 passed, 0 failed, 1 not applicable',
        '',
      ],
    ]);
  });

  it('has exit code 1 and says why when a case fails', async () => {
    const { code, stdout } = await run('--client', 'exit 1', '--only', 'ping', '--json');
    const verdicts = JSON.parse(stdout) as Verdict[];
    expect([code, verdicts]).to.deep.equal([
      1,
      [
        {
          name: 'ping',
          group: 'Interop, negative',
          section: '§5',
          side: 'client',
          status: 'failed',
          reason: 'the client ended without an answer',
        },
      ],
    ]);
  });

  it('does not ask for what is lacking', async () => {
    const args = ['--own', '--lacks', 'deflate', '--only', 'compressed_request', '--json'];
    const [verdict] = JSON.parse((await run(...args)).stdout) as Verdict[];
    expect([verdict?.status, verdict?.reason]).to.deep.equal([
      'not applicable',
      'It needs deflate, which is lacking here.',
    ]);
  });

  const WRONG: readonly (readonly [args: readonly string[], message: string])[] = [
    [[], 'error: nothing to check: give --server, --client or --own\n'],
    [['--own', '--only', 'nonsense'], 'error: no case is called nonsense\n'],
    [
      ['--server', 'here'],
      "error: option '--server <host:port>' argument 'here' is invalid. 'here' is not host:port; write it like localhost:5555, 10.0.0.1:5555 or [::1]:5555\n",
    ],
  ];
  for (const [args, message] of WRONG) {
    it(`has exit code 2 for: ${args.join(' ') || 'no arguments'}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout, stderr }).to.deep.equal({ code: 2, stdout: '', stderr: message });
    });
  }
});
