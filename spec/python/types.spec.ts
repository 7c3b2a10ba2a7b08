import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { hasTool, makePythonStubs, PACKAGE } from './support/python';

const MYPY_MS_MAX = 60_000;
const SUCCESS = /^Success: no issues found in \d+ source files\n$/;

describe('types in Python', function () {
  this.timeout(MYPY_MS_MAX);
  let folder = '';
  before(function () {
    if (!hasTool('mypy')) this.skip();
    folder = makePythonStubs(
      'src/services',
      'src/conformance/conformance.proto',
      'spec/idl/golden/shop.proto',
    );
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  function mypy(...args: string[]): string {
    const { stdout } = spawnSync(
      'mypy',
      ['--strict', '--cache-dir', join(folder, 'cache'), ...args],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, MYPYPATH: `${PACKAGE}:${folder}` },
        timeout: MYPY_MS_MAX,
      },
    );
    return stdout;
  }

  it('mypy --strict has nothing to say of the package and of stubs', () => {
    expect(mypy('-p', 'fio', '-p', 'gen')).to.match(SUCCESS);
  });

  it('nor of the programs and of those for the conformance cases', () => {
    const files = ['programs', 'conformance'].flatMap((name) =>
      readdirSync(join(PACKAGE, name))
        .filter((file) => file.endsWith('.py'))
        .map((file) => join(PACKAGE, name, file)),
    );
    expect(mypy(...files)).to.match(SUCCESS);
  });

  it('mypy sees a field of the wrong type, a method that is not there, a reply of the wrong type', () => {
    writeFileSync(
      join(folder, 'wrong.py'),
      `from fio import CallContext
from gen.wallet import ReadBalanceReply, ReadBalanceRequest, WalletClient, WalletServer

class Mine(WalletServer):
    def read_balance(self, request: ReadBalanceRequest, context: CallContext) -> int:
        return 1

def f(wallet: WalletClient) -> int:
    wallet.read_all()
    return wallet.read_balance(ReadBalanceRequest(wallet=3)).value
`,
    );
    const lines = mypy('wrong.py').split('\n');
    expect(
      lines.filter((line) => line.includes('error:')).map((line) => line.split(':')[1]),
    ).to.deep.equal(['5', '9', '10']);
  });
});
