import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordsOf } from '../../bin/fio/completion/words';
import { exitCodeOf } from '../../bin/fio/tool/exit-codes';
import { makeIdempotencyKey, Server, StatusCode, systemEnvironment } from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { MemoryLedger } from '../../src/services/wallet/memory-ledger';
import { walletHandlers, walletOutcomes } from '../../src/services/wallet/wallet-handlers';
import { WalletList } from '../../src/services/wallet/wallet-list';
import { fio } from '../fio/support/tool';

const ROOT = join(__dirname, '..', '..');
const TEXT = readFileSync(join(ROOT, 'docs', 'FIO.md'), 'utf8');

describe('docs/FIO.md', () => {
  describe('the session with the wallet', () => {
    const [, session = ''] = /<!-- session:begin -->([^]*)<!-- session:end -->/.exec(TEXT) ?? [];
    const blocks = [...session.matchAll(/```text\n([^]*?)```/g)].map(([, text = '']) => text);
    const steps = blocks.flatMap((block) =>
      block
        .split(/^\$ /m)
        .slice(1)
        .map((step) => {
          const [command = '', ...output] = step.split('\n');
          return { command, output: output.join('\n') };
        }),
    );
    let server: Server;
    let address: string;
    let lastCode = 0;
    const key = Buffer.from(makeIdempotencyKey(systemEnvironment)).toString('hex');

    before(async () => {
      const wallets = new WalletList();
      const lines = readFileSync(join(ROOT, 'examples', 'wallets.txt'), 'utf8')
        .trim()
        .split('\n');
      for (const line of lines) wallets.addLine(line);
      const ledger = new MemoryLedger(wallets.balances);
      server = new Server().add(
        Wallet,
        walletHandlers(ledger, () => Promise.resolve()),
        walletOutcomes(ledger),
      );
      const { port } = await server.listen({ port: 0, host: '127.0.0.1' });
      address = `127.0.0.1:${port}`;
    });
    after(() => server.close({ drainMs: 0 }));

    it('has commands', () => expect(steps.length).to.be.greaterThan(10));

    for (const { command, output } of steps) {
      it(`prints that for ${command}`, async () => {
        const printed = command === 'echo $?' ? `${lastCode}\n` : await run(command);
        expect(printed).to.match(patternOf(output));
      });
    }

    async function run(command: string): Promise<string> {
      const said = new Map([
        ['localhost:5555', address],
        ['$KEY', key],
      ]);
      const words = wordsOf(command).map((word) => said.get(word) ?? word);
      const { code, out, err } = await fio(words);
      lastCode = code;
      return out + err;
    }
  });

  it('tells the exit code of every status', () => {
    const told = [...TEXT.matchAll(/^\| (\d+) \| `([A-Z_]+)` \|/gm)].map(([, code, name]) => [
      Number(code),
      name,
    ]);
    const codes = Object.values(StatusCode).filter((one) => typeof one === 'number');
    expect(told).to.deep.equal(
      codes.filter((one) => one !== StatusCode.OK).map((one) => [exitCodeOf(one), StatusCode[one]]),
    );
  });
});

/** The text as it is; `…` is anything. */
function patternOf(text: string): RegExp {
  const parts = text.split('…').map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}
