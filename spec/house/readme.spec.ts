import { expect } from 'chai';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeFrame } from '../../src/wire/frame';
import { FrameDecoder } from '../../src/wire/frame-decoder';
import { PREFACE } from '../../src/wire/preface';
import { Clone, type Outcome } from './clone';
import { freePort } from './free-port';

const ROOT = join(__dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The text of every fenced block of a language, in order. */
function blocks(language: string): string[] {
  const fence = new RegExp('^```' + language + '\\n([^]*?)^```', 'gm');
  return [...README.matchAll(fence)].map(([, text = '']) => text);
}

/** The frames of the picture, as a decoder describes them. */
function picture(receiver: 'client' | 'server', bytes: string): string[] {
  const told: string[] = [];
  const decoder = new FrameDecoder(receiver, {
    onFrame: (header) => told.push(describeFrame(header)),
  });
  decoder.push(PREFACE);
  decoder.push(Buffer.from(bytes, 'hex'));
  return told;
}

describe('README.md', () => {
  describe('the picture of a call', () => {
    /** Lines that begin with a byte; what is not hex comes after three spaces or more. */
    const rows = (blocks('')[0] ?? '').split('\n').filter((line) => /^[0-9A-F]{2} /.test(line));
    const hex = rows.map((row) => row.replace(/ {6,}header.*$/, '').replace(/ /g, ''));

    it('shows the CALL that it explains', () =>
      expect(picture('server', hex.slice(0, 2).join(''))).to.deep.equal([
        'CALL stream=1 LAST|MSG 1.1 length=18',
      ]));

    it('shows the END that it explains', () =>
      expect(picture('client', hex.slice(2).join(''))).to.deep.equal([
        'END stream=1 MSG 1.1 length=10',
      ]));
  });

  describe('the table of lines', () => {
    const rows = [...README.matchAll(/^\| `(.+?)` \|.*\| (\d+) \| (\d+) \|$/gm)];

    for (const [, folder = '', , claimed] of rows) {
      it(`is at most a tenth off for ${folder}`, () => {
        const lines = linesIn(folder);
        expect(Number(claimed), 'run make lines').to.be.within(lines * 0.9, lines * 1.1);
      });
    }

    it('has every folder of src', () => {
      const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `src/${name}`);
      expect(rows.map(([, folder]) => folder)).to.include.members(folders);
    });
  });

  describe('what it says to type', function () {
    this.timeout(120_000);
    let clone: Clone;

    before(async () => {
      clone = new Clone({ withPackages: true });
      const { code, stderr } = await clone.make(['build']);
      expect(code, stderr).to.equal(0);
    });
    after(() => clone.remove());

    describe('the four programs', () => {
      const transcripts = blocks('console').map((block) => {
        const [command = '', ...output] = block.split('\n');
        return { command: command.replace(/^\$ /, ''), output: output.join('\n') };
      });
      let outcomes: Outcome[];

      before(async () => {
        const ports = { 5555: await freePort(), 6666: await freePort() };
        const type = (command: string): Promise<Outcome> =>
          clone.run('sh', [
            '-c',
            command.replace(/5555|6666/g, (port) => String(ports[port as '5555' | '6666'])),
          ]);
        const [wallets, store, ...clients] = transcripts.map(({ command }) => command);
        const servers = [type(wallets ?? ''), type(store ?? '')];
        outcomes = [];
        for (const command of clients) outcomes.push(await type(command));
        outcomes.unshift(...(await Promise.all(servers)));
      });

      for (const [index, { command, output }] of transcripts.entries()) {
        it(`prints what is shown: ${/run_\w+/.exec(command)?.[0] ?? command}`, () =>
          expect(outcomes[index]).to.deep.equal({ code: 0, stdout: output, stderr: '' }));
      }
    });

    describe('a service of your own', () => {
      const [setUp = '', goOn = ''] = blocks('sh').slice(1);
      let outcome: Outcome;

      before(async function () {
        await clone.make(['package']);
        const port = await freePort();
        const file = (name: string, text = ''): void =>
          writeFileSync(join(own, name), text.replace('5000', String(port)));
        const own = clone.path('..', 'own');
        mkdirSync(own);
        file('hello.proto', blocks('proto')[0]);
        file('server.ts', blocks('ts')[0]);
        file('client.ts', blocks('ts')[1]);
        const script = ['set -e', 'cd ../own', setUp.replace(/\.\.\/fio\/\S+/, '../*/*.tgz'), goOn];
        outcome = await clone.run('sh', ['-c', [...script, 'kill $!'].join('\n')]);
        if (!existsSync(join(own, 'node_modules')) && process.env.CI !== 'true') this.skip();
      });

      it('greets', () => expect(outcome.stdout).to.match(/^Hello, Ana!$/m));
      it('ends without an error', () => expect(outcome.code, outcome.stderr).to.equal(0));
    });
  });
});

/** Lines of TypeScript and the like under a folder, generated stubs left out. */
function linesIn(folder: string): number {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => /\.(ts|proto|mjs|cc|h|go)$|^tools\/[^.]+$/.test(path))
    .filter((path) => !/^(src\/services|bench)\/gen\//.test(path))
    .reduce((sum, path) => sum + readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1, 0);
}
