import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../wireshark/support/tshark';

const GOLDEN = join(ROOT, 'spec/golden/ping.txt');

function fio(
  args: readonly string[],
  input = '',
): { code: number | null; out: string; err: string } {
  const command = ['-r', 'ts-node/register', 'bin/fio.ts', 'decode', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: ROOT,
    input,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { code: status, out: stdout, err: stderr };
}

describe('fio decode, the command', function () {
  this.timeout(60_000);

  it('reads a file', () => {
    const { code, out } = fio([GOLDEN]);
    expect({ code, out }).to.deep.equal({ code: 0, out: 'PING opaque="0102030405060708"\n' });
  });

  it('reads standard input, and gives a JSON object for each frame', () => {
    const { code, out } = fio(
      ['--json'],
      '00000008 00000000 07 10 0000 0000 0000 cafecafecafecafe',
    );
    expect(code).to.equal(0);
    expect(JSON.parse(out)).to.deep.equal({
      type: 'PING',
      stream: 0,
      flags: 'REPLY',
      opaque: 'cafecafecafecafe',
    });
  });

  it('ends with 1 when there is no frame', () => {
    expect(fio([], '')).to.deep.equal({
      code: 1,
      out: '',
      err: 'fio: there is no frame of Fio in it\n',
    });
  });

  it('ends with 2 when there is no such file', () => {
    const { code, err } = fio(['nowhere.pcap']);
    expect(code).to.equal(2);
    expect(err).to.contain('cannot read nowhere.pcap: no such file or directory');
  });
});
