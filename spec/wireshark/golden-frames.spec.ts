import { expect } from 'chai';
import { FrameType } from '../../src/wire/frame';
import { readGoldenFrames } from '../support/golden-frame';
import { Capture } from './support/capture';
import {
  AS_FIO,
  modelOfServices,
  needsTshark,
  readPdml,
  Tshark,
  type ShownField,
} from './support/tshark';

// Every frame alone on a connection of its own, as in a capture that began late: what the comments
// in the files say is what Wireshark shows.

const FIRST_PORT = 20_000;
const HEADER = ['length', 'stream', 'code', 'service', 'method'];

describe('Wireshark and spec/golden', function () {
  this.timeout(30_000);
  const frames = readGoldenFrames();
  const shown = new Map<string, readonly ShownField[]>();
  let failures = '';

  before(function () {
    needsTshark(this);
    const capture = new Capture();
    frames.forEach(({ from, bytes }, i) => capture.segment(FIRST_PORT + i, from, bytes));
    const tshark = Tshark.forModel(modelOfServices('wallet/wallet.proto'));
    try {
      const packets = readPdml(tshark.run(capture.toPcap(), ...AS_FIO, '-T', 'pdml'));
      frames.forEach(({ file }, i) => shown.set(file, packets[i]!));
      failures = tshark.failures(capture.toPcap(), ...AS_FIO);
    } finally {
      tshark.remove();
    }
  });

  it('has no error of Lua', () => {
    expect(failures).to.equal('');
  });

  for (const { file, comments } of frames) {
    const value = (name: string) =>
      shown.get(file)!.find((one) => one.name === `fio.${name}`)?.show;

    it(`${file}: no rule is broken`, () => {
      expect(shown.get(file)!.filter(({ name }) => name === 'fio.violation')).to.deep.equal([]);
    });

    if (file === 'preface.txt') {
      it('preface.txt: is shown as the preface', () => {
        expect(value('preface')).to.equal('89:46:49:4f:0d:0a:1a:0a');
      });
      continue;
    }

    it(`${file}: its header is as the file says`, () => {
      const header = HEADER.map((name) => `${name} ${value(name)}`);
      const said = comments
        .map((comment) => comment.replace(/, the connection$/, ''))
        .filter((comment) => HEADER.some((name) => new RegExp(`^${name} \\d+$`).test(comment)));
      expect(header).to.deep.equal(said);
    });

    it(`${file}: its type and flags are as the file says`, () => {
      const type = Number(value('type'));
      const flags = shown
        .get(file)!
        .filter(({ name, show }) => name.startsWith('fio.flag_') && show === '1')
        .map(({ name }) => name.slice('fio.flag_'.length).toUpperCase());
      expect(comments).to.include(`type ${FrameType[type] ?? type.toString(16)}`);
      expect(comments).to.include(`flags ${flags.join('|') || 'none'}`);
    });

    it(`${file}: what it says of fields and options is shown`, () => {
      const all = shown.get(file)!.map(({ show }) => show);
      const said = comments.flatMap((comment) => {
        const [, text] = /(?:^|value )'([^']*)'$/.exec(comment) ?? [];
        const [, number] = /^(?:order|check|status) = (-?\d+)/.exec(comment) ?? [];
        return [text, number].filter((one) => one !== undefined);
      });
      const hidden = file.includes('fragment') ? [] : said;
      expect(hidden.filter((one) => !all.includes(one))).to.deep.equal([]);
    });
  }
});
