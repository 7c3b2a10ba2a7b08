import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { wordsOf } from '../../bin/fio/completion/words';
import { programCommand } from '../programs/support/command';
import { Program } from '../programs/support/program';
import { Shop } from './support/shop';
import { fio } from './support/tool';

describe('fio completion', () => {
  const shop = new Shop();
  before(() => shop.open());
  after(() => shop.close());
  const completed = async (...words: string[]): Promise<string[]> =>
    (await fio(['__complete', '--', ...words])).out.split('\n').slice(0, -1);

  const tool = programCommand('fio')
    .map((word) => `'${word}'`)
    .join(' ');

  it('completes commands', async () =>
    expect(await completed('de')).to.deep.equal(['describe', 'decode']));
  it('completes flags', async () =>
    expect(await completed('call', 'localhost:1', '--con')).to.deep.equal(['--concurrency']));
  it('completes shells', async () =>
    expect(await completed('completion', '')).to.deep.equal(['bash', 'zsh', 'fish']));
  it('completes services', async () =>
    expect(await completed('list', shop.address, 'Sh')).to.deep.equal(['Shop']));
  it('completes methods', async () =>
    expect(await completed('call', shop.address, 'Shop.C')).to.deep.equal([
      'Shop.Count',
      'Shop.Chat',
    ]));
  it('completes types', async () =>
    expect(await completed('describe', shop.address, 'shop.T')).to.deep.equal([
      'shop.Thing',
      'shop.Thing.Part',
      'shop.TooPoor',
    ]));
  it('asks the server with the flags of the line', async () =>
    expect(await completed('call', '--ca', 'nowhere', shop.address, 'Shop.C')).to.deep.equal([]));
  it('says nothing where there is no server', async () =>
    expect(await fio(['__complete', '--', 'call', '127.0.0.1:1', ''])).to.deep.equal({
      code: 0,
      out: '',
      err: '',
    }));

  describe('cuts a line', () => {
    for (const [line, words] of [
      ['fio', []],
      ['fio ', ['']],
      ['fio call a:1 Wal', ['call', 'a:1', 'Wal']],
      ["fio call a:1 -H 'a: b' ", ['call', 'a:1', '-H', 'a: b', '']],
      ['fio call "a \\" b"c\\ d', ['call', 'a " bc d']],
      ["fio call 'open ", ['call', 'open ']],
    ] as const) {
      it(line, () => expect(wordsOf(line)).to.deep.equal(words));
    }
  });

  it('is a script that bash takes, and that completes the methods of a server', async function () {
    this.timeout(20_000);
    const line = `fio call ${shop.address} Shop.Co`;
    const script = `
      fio() { ${tool} "$@"; }
      source <(fio completion bash)
      COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}
      COMP_WORDS=(fio call ${shop.address.replace(':', ' : ')} Shop.Co); COMP_CWORD=5
      _fio; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const program = new Program(['bash', '-c', script], { input: '' });
    expect((await program.outcome()).stdout).to.equal('Shop.Count\n');
  });

  testIf('zsh')('is a script that zsh can read', async () => {
    const { out } = await fio(['completion', 'zsh']);
    const { status, stderr } = spawnSync('zsh', ['-n'], { input: out, encoding: 'utf8' });
    expect([status, stderr]).to.deep.equal([0, '']);
  });

  testIf('fish')(
    'is a script with which fish completes the methods of a server',
    async function () {
      this.timeout(20_000);
      const script = `
      function fio; ${tool} $argv; end
      fio completion fish | source
      complete -C 'fio call ${shop.address} Shop.Co'`;
      const program = new Program(['fish', '--no-config', '-c', script], { input: '' });
      expect((await program.outcome()).stdout).to.equal('Shop.Count\n');
    },
  );
});

/** `it`, or a skip that says what is missing; on the machine that checks it must not be. */
function testIf(shell: string): (title: string, test: Mocha.AsyncFunc) => void {
  const isMissing =
    process.env.CI !== 'true' && spawnSync(shell, ['--version']).error !== undefined;
  return (title, test) =>
    isMissing ? it.skip(`${title} (needs ${shell})`, test) : it(title, test);
}
