import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { formatAddress, Server } from '../../src/rpc/index';
import type { VerdictJson } from '../../bin/fio/conformance/results';

const ROOT = join(__dirname, '..', '..');
const RUNNER_MS_MAX = 20_000;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Run> {
  const words = ['-r', 'ts-node/register', 'bin/fio.ts', 'conformance', ...args];
  return new Promise((resolve) => {
    const options = { cwd: ROOT, timeout: RUNNER_MS_MAX };
    const child = execFile(process.execPath, words, options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

describe('fio conformance', function () {
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
    const verdicts = JSON.parse(stdout) as VerdictJson[];
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
          wire: ['(nothing was sent)'],
        },
      ],
    ]);
  });

  it('does not ask for what is lacking', async () => {
    const args = ['--own', '--lacks', 'deflate', '--only', 'compressed_request', '--json'];
    const [verdict] = JSON.parse((await run(...args)).stdout) as VerdictJson[];
    expect([verdict?.status, verdict?.reason]).to.deep.equal([
      'not applicable',
      'It needs deflate, which is lacking here.',
    ]);
  });

  describe('against a server that is wrong', () => {
    let server: Server;
    let address = '';
    before(async () => {
      server = new Server({ log: () => undefined });
      address = formatAddress(await server.listen({ port: 0, host: '127.0.0.1' }));
    });
    after(() => server.close({ drainMs: 0 }));

    it('tells what was expected, what came, and the frames with their meaning', async () => {
      const { code, stdout } = await run('--server', address, '--only', 'empty_unary');
      const lines = stdout.split('\n').map((line) => line.trim());
      expect(code).to.equal(1);
      expect(lines).to.include.members([
        'expected (§8.1): {"code":0}',
        'client: 00000006 00000001 02 05 0000 fde8 0001 00 00 00 00 00 00',
        'CALL stream=1 LAST|MSG fio.conformance.Conformance/EmptyCall timeoutMs=0 {}',
        'END stream=1 fio.conformance.Conformance/EmptyCall UNIMPLEMENTED text="no service has the id 65000"',
        '0 passed, 1 failed, 0 not applicable',
        'failed: empty_unary',
      ]);
    });

    it('says in plain words what it has to serve', async () => {
      const { stderr } = await run('--server', address, '--only', 'hello_is_answered');
      expect(stderr).to.contain('does not serve fio.conformance.Conformance, service 65000');
    });

    it('runs nothing more after a failure when it is told so', async () => {
      const { stdout } = await run('--server', address, '--only', 'empty', '--stop');
      expect(stdout).to.contain('\n0 passed, 1 failed, 0 not applicable\n');
    });
  });

  it('says that nobody answers', async () => {
    const server = new Server();
    const address = formatAddress(await server.listen({ port: 0, host: '127.0.0.1' }));
    await server.close();
    const { code, stdout, stderr } = await run('--server', address);
    expect([code, stdout, stderr.slice(0, 40)]).to.deep.equal([
      1,
      '',
      `fio: nobody answers at ${address}: start`.slice(0, 40),
    ]);
  });

  it('prints the .proto that a peer under test speaks', async () => {
    const proto = readFileSync(join(ROOT, 'src/conformance/conformance.proto'), 'utf8');
    expect((await run('--proto')).stdout).to.equal(proto);
  });

  const WRONG: readonly (readonly [args: readonly string[], message: string])[] = [
    [[], 'error: nothing to check: give --server, --client or --own\n'],
    [['--own', '--only', 'nonsense'], "error: no case has 'nonsense' in its name or group\n"],
    [
      ['--own', '--json', '--markdown'],
      "error: option '--markdown' cannot be used with option '--json'\n",
    ],
    [
      ['--server', 'here'],
      "error: option '--server <host:port>' argument 'here' is invalid. 'here' is not host:port; write it like localhost:5555, 10.0.0.1:5555 or [::1]:5555\n",
    ],
  ];
  for (const [args, message] of WRONG) {
    it(`has exit code 2 for: ${args.join(' ') || 'no arguments'}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      const [first = ''] = stderr.split('\nTry');
      expect([code, stdout, `${first.trimEnd()}\n`]).to.deep.equal([2, '', message]);
    });
  }
});
