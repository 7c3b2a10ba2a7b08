import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelOfServices, needsTshark, ROOT, Tshark } from './support/tshark';

// A payment and a sale as `make capture` recorded them, and all that Wireshark shows of them.

const FOLDER = join(ROOT, 'wireshark');
const JSON_ARGS = ['-2', '-T', 'json', '-J', 'fio', '--no-duplicate-keys'];

describe('wireshark/sample.pcapng', function () {
  this.timeout(30_000);
  const sample = readFileSync(join(FOLDER, 'sample.pcapng'));
  let tshark: Tshark;
  before(function () {
    needsTshark(this);
    tshark = Tshark.forModel(modelOfServices('wallet/wallet.proto', 'store/store.proto'));
  });
  after(() => (tshark as Tshark | undefined)?.remove());

  it('is shown as sample.txt says', () => {
    const lines = tshark.infos(sample).map((info, i) => `${String(i + 1).padStart(2)}  ${info}\n`);
    expect(lines.join('')).to.equal(readFileSync(join(FOLDER, 'sample.txt'), 'utf8'));
  });

  it('has the fields that sample.json says', () => {
    const packets = JSON.parse(tshark.run(sample, ...JSON_ARGS)) as {
      readonly _source: { readonly layers: { readonly fio: unknown } };
    }[];
    const shown = packets.map(({ _source }) => _source.layers.fio);
    expect(shown).to.deep.equal(
      JSON.parse(readFileSync(join(FOLDER, 'sample.json'), 'utf8')) as unknown,
    );
  });
});
