import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { readGoldenFrames } from '../support/golden-frame';
import { pythonPath } from './support/python';

/** Below it a type has a meaning; one from here on is skipped by who does not know it. */
const IGNORABLE_FROM = 0x80;
const PREFACE_BYTES = 8;

/** What breaks a frame that a client sends: on its header alone, or in what is behind it. */
const BROKEN: readonly (readonly [name: string, hex: string])[] = [
  ['FRAME_TOO_LONG', '00010001 00000001 03 04 0000 0001 0001'],
  ['TYPE_UNKNOWN', '00000000 00000000 0a 00 0000 0000 0000'],
  ['TYPE_OUT_OF_PLACE', '00000002 00000001 04 00 0000 0001 0001'],
  ['STREAM_OUT_OF_PLACE', '00000006 00000002 02 00 0000 0001 0001'],
  ['FLAG_OUT_OF_PLACE', '00000006 00000001 02 02 0000 0001 0001'],
  ['CODE_OUT_OF_PLACE', '00000002 00000001 05 00 0000 0001 0001'],
  ['METHOD_OUT_OF_PLACE', '00000008 00000000 07 00 0000 0001 0000'],
  ['LENGTH_OUT_OF_PLACE', '00000005 00000001 06 00 0000 0001 0001'],
  ['CREDIT_ZERO', '00000004 00000001 06 00 0000 0001 0001 00000000'],
  ['TIMEOUT_INVALID', '00000006 00000001 02 00 0000 0001 0001 80000000 0000'],
  ['OPTIONS_TOO_LONG', '00000006 00000001 02 00 0000 0001 0001 00000000 2001'],
  ['OPTIONS_MALFORMED', '00000006 00000001 02 00 0000 0001 0001 00000000 0001'],
  [
    'HELLO_INVALID',
    '00000016 00000000 01 00 0000 0000 0000 0000 0001 00000000 00000000 00000000 00000000 0000',
  ],
  [
    'VERSION_UNSUPPORTED',
    '00000016 00000000 01 00 0000 0000 0000 0002 0003 00000000 00000000 00000000 00000000 0000',
  ],
];

describe('frames in Python', () => {
  const golden = readGoldenFrames();
  let found: string[] = [];
  before(() => {
    const lines = [
      ...golden.map(({ from, bytes }) => `${from} ${bytes.toString('hex')}`),
      ...BROKEN.map(([, hex]) => `client ${hex}`),
    ];
    found = execFileSync('python3', [join(__dirname, 'support/frames.py')], {
      input: lines.join('\n'),
      encoding: 'utf8',
      env: pythonPath(''),
    }).split('\n');
  });

  it('are read as spec/golden has them', () => {
    const types = golden.map(({ bytes }) => {
      const type = bytes.length === PREFACE_BYTES ? undefined : bytes[8];
      return type === undefined || type >= IGNORABLE_FROM ? '' : String(type);
    });
    expect(found.slice(0, golden.length)).to.deep.equal(types);
  });

  BROKEN.forEach(([name], index) => {
    it(`are refused by the name ${name}`, () => {
      expect(found[golden.length + index]).to.equal(name);
    });
  });

  it('have keys that are derived as docs/PROTOCOL.md §12 says', () => {
    const script = `from fio.keys import derived_key
parent = bytes.fromhex('019B76DAA800 00112233445566778899')
print(derived_key(parent, 1, 3, 0).hex(), derived_key(parent, 1, 3, 1).hex())`;
    const env = pythonPath('');
    expect(execFileSync('python3', ['-c', script], { encoding: 'utf8', env })).to.equal(
      '019b76daa800ceb916f6ae42aa475bab 019b76daa800e7ecd066b5660fc3de78\n',
    );
  });
});
