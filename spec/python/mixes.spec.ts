import { join } from 'node:path';
import { expect } from 'chai';
import { programCommand } from '../programs/support/command';
import { freePort } from '../programs/support/ports';
import { Stage, type Outcome, type Program } from '../programs/support/program';
import { PACKAGE } from './support/python';

type Name = 'svc_banco' | 'cln_banco' | 'svc_loja' | 'cln_loja';
type Mix = Readonly<Record<Name, 'TypeScript' | 'Python'>>;

const NAMES: readonly Name[] = ['svc_banco', 'cln_banco', 'svc_loja', 'cln_loja'];
/** Every language for each program. */
const MIXES = Array.from({ length: 16 }, (_, bits) => {
  const entries = NAMES.map((name, i) => [name, (bits >> i) % 2 === 0 ? 'TypeScript' : 'Python']);
  return Object.fromEntries(entries) as Mix;
});
const AT_A_TIME = 2;

const WALLETS = 'Dorgival 60\nBezos 1000000\n\nLivraria 250\nZero 0\n';
const AT_WALLET =
  'S\nO 20\nO 100\nlixo\nX 1 21 Bezos\nX 1 20 Ninguem\nX 1 20 Bezos\nX 1 20 Bezos\n O 5\nO -1\nO 5\nS';
const AT_STORE = 'C\nS\nC\nC\nT\nC\n';
const REFUSED = /^line 10: .*-1\n$/;

/** What one mix has written, by program. */
type Written = Readonly<Record<Name, Outcome>>;

describe('the four programs in both languages', function () {
  this.timeout(60_000);
  const stage = new Stage();
  const results = new Map<Mix, Promise<Written>>();

  before(async () => {
    const queue = [...MIXES];
    const worker = async (): Promise<void> => {
      for (let mix = queue.shift(); mix !== undefined; mix = queue.shift()) {
        const result = runMix(mix);
        results.set(mix, result);
        await result.catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  });
  after(() => stage.clear());

  function start(mix: Mix, name: Name, args: readonly (string | number)[], input = ''): Program {
    const line =
      mix[name] === 'Python'
        ? ['python3', '-B', join(PACKAGE, 'programs', `${name}.py`)]
        : programCommand(name);
    return stage.startCommand([...line, ...args.map(String)], { input });
  }

  async function runMix(mix: Mix): Promise<Written> {
    const [banco, loja] = [await freePort(), await freePort()];
    const wallets = start(mix, 'svc_banco', [banco], WALLETS);
    const store = start(mix, 'svc_loja', [25, loja, 'Livraria', `localhost:${banco}`]);
    const client = start(mix, 'cln_banco', ['Dorgival', `localhost:${banco}`], AT_WALLET);
    const atWallet = await client.outcome();
    const buyer = ['Dorgival', `localhost:${banco}`, `localhost:${loja}`];
    const atStore = await start(mix, 'cln_loja', buyer, AT_STORE).outcome();
    return {
      svc_banco: await wallets.outcome(),
      svc_loja: await store.outcome(),
      cln_banco: atWallet,
      cln_loja: atStore,
    };
  }

  for (const mix of MIXES) {
    const inPython = NAMES.filter((name) => mix[name] === 'Python');
    it(`write the same with ${inPython.join(', ') || 'none'} in Python`, async () => {
      const { cln_banco: atWallet, ...others } = (await results.get(mix))!;
      expect(atWallet.stderr).to.match(REFUSED);
      expect({ ...others, cln_banco: { ...atWallet, stderr: '' } }).to.deep.equal({
        svc_banco: ended('Dorgival 10', 'Bezos 1000020', 'Livraria 275', 'Zero 0'),
        svc_loja: ended('1'),
        cln_banco: ended('60', '1', '-2', '-2', '-3', '0', '-1', '2', '35'),
        cln_loja: ended('25', '3', '0', '-2', '-2', '275'),
      });
    });
  }
});

function ended(...lines: string[]): Outcome {
  return { code: 0, stdout: lines.map((line) => `${line}\n`).join(''), stderr: '' };
}
