import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { decode } from '../../bin/fio/decode';
import type { Shown } from '../../bin/fio/decode/frame-reader';
import { ModelCodecs } from '../../bin/fio/decode/model-codecs';
import { textOf } from '../../bin/fio/decode/show';
import { readGoldenFrames } from '../support/golden-frame';
import { hex } from '../support/hex';
import { Capture } from '../wireshark/support/capture';
import { addSession } from '../wireshark/support/session';
import { modelOfServices, ROOT } from '../wireshark/support/tshark';

const CODECS = new ModelCodecs(modelOfServices('wallet/wallet.proto', 'store/store.proto'));
const PORT = 20_000;

function framesIn(input: Buffer): Shown[] {
  const frames: Shown[] = [];
  decode(input, CODECS, (shown) => frames.push(shown));
  return frames;
}

function withoutWay(shown: Shown): Shown {
  return Object.fromEntries(Object.entries(shown).filter(([name]) => name !== 'way'));
}

function textsIn(input: Buffer): string[] {
  return framesIn(input).map((shown) => textOf(withoutWay(shown)));
}

const CALL_TEXT =
  'CALL stream=1 LAST|MSG wallet.Wallet/Transfer timeoutMs=2000 ' +
  '{"order":3,"check":10,"wallet":"Loja"}';

describe('fio decode', () => {
  const golden = new Map(readGoldenFrames().map((frame) => [frame.name, frame]));
  const call = golden.get('call-unary')!.bytes;

  describe('of a golden frame', () => {
    for (const { file, comments } of golden.values()) {
      it(`${file}: says what its comments say`, () => {
        const [frame, ...rest] = framesIn(readFileSync(join(ROOT, 'spec/golden', file)));
        expect(rest).to.deep.equal([]);
        expect(frame).not.to.have.property('violation');
        if (file === 'preface.txt' || file === 'ignorable-type-90.txt') return;
        expect(comments).to.include(`type ${frame!.type as string}`);
        expect(comments).to.include(`flags ${(frame!.flags ?? 'none') as string}`);
        const stream = frame!.stream === 0 ? '0, the connection' : `${frame!.stream as number}`;
        expect(comments).to.include(`stream ${stream}`);
      });
    }
  });

  describe('of text and bytes', () => {
    it('takes the bytes themselves', () => {
      expect(textsIn(call)).to.deep.equal([CALL_TEXT]);
    });

    it('takes digits in one word, and in words', () => {
      const digits = call.toString('hex');
      expect(textsIn(Buffer.from(digits))).to.deep.equal([CALL_TEXT]);
      expect(textsIn(Buffer.from(digits.replaceAll(/(..)/g, '$1 ')))).to.deep.equal([CALL_TEXT]);
    });

    it('takes a dump with offsets and a column of text', () => {
      const rows = Array.from({ length: Math.ceil(call.length / 16) }, (_, row) => {
        const bytes = call.subarray(row * 16, row * 16 + 16);
        const words = bytes.toString('hex').replaceAll(/(..)(?=.)/g, '$1 ');
        return `${(row * 16).toString(16).padStart(8, '0')}: ${words}  .j. Loja`;
      });
      expect(textsIn(Buffer.from(rows.join('\n')))).to.deep.equal([CALL_TEXT]);
    });

    it('says that a frame is cut', () => {
      expect(textsIn(call.subarray(0, -1))).to.deep.equal(['CUT bytes=45']);
    });

    it('names the rule that a header breaks', () => {
      const [text] = textsIn(hex('00000000 00000002 0201 0000 0001 0003'));
      expect(text).to.match(/^CALL stream=2 .* violation="STREAM_OUT_OF_PLACE: /);
    });

    it('names the rule that a message breaks', () => {
      const broken = Buffer.from(call);
      broken[broken.length - 1] = 0xff;
      expect(textsIn(broken)[0]).to.contain('violation="UTF8_INVALID: ');
    });

    it('shows the message of an unknown method in hex', () => {
      const unknown = hex('00000007 00000001 0205 0000 00ff 0001 00000000 0000 ab');
      expect(textsIn(unknown)).to.deep.equal([
        'CALL stream=1 LAST|MSG 255.1 timeoutMs=0 messageHex="ab"',
      ]);
    });

    it('shows the messages of service 0', () => {
      const echo = hex('0000000c 00000001 0205 0000 0000 0005 00000000 0000 00000002 cafe');
      expect(textsIn(echo)).to.deep.equal([
        'CALL stream=1 LAST|MSG fio.Builtin/Echo timeoutMs=0 {"payload":"cafe"}',
      ]);
    });

    it('puts fragments together', () => {
      const [first, last] = ['data-first-fragment', 'data-last-fragment'].map(
        (name) => golden.get(name)!.bytes,
      );
      expect(textsIn(Buffer.concat([first!, last!]))).to.deep.equal([
        'DATA stream=5 MORE|MSG wallet.Wallet/Transfer fragmentBytes=16',
        'DATA stream=5 LAST wallet.Wallet/Transfer fragmentBytes=8 ' +
          '{"order":3,"check":10,"wallet":"Loja"}',
      ]);
    });
  });

  describe('of a capture', () => {
    const whole = new Capture();
    addSession(whole, PORT, (bytes) => [bytes]);
    const expected = framesIn(whole.toPcap());

    it('tells who speaks to whom', () => {
      expect(expected[2]!.way).to.equal('127.0.0.1:20000 > 127.0.0.2:7001');
      expect(expected.map(({ type }) => type)).to.deep.equal(
        'PREFACE HELLO CALL PREFACE HELLO END CALL CALL DATA DATA META END CREDIT PING GOAWAY'.split(
          ' ',
        ),
      );
    });

    it('is the same with segments of every size', () => {
      for (let size = 1; size < 60; size++) {
        const capture = new Capture();
        addSession(capture, PORT, (bytes) =>
          Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
            bytes.subarray(i * size, (i + 1) * size),
          ),
        );
        expect(framesIn(capture.toPcap())).to.deep.equal(expected);
      }
    });

    it('reads pcapng', () => {
      const texts = textsIn(readFileSync(join(ROOT, 'wireshark/sample.pcapng')));
      expect(texts).to.have.length(42);
      expect(texts).to.include(
        'CALL stream=7 LAST|MSG wallet.Wallet/Transfer timeoutMs=15000 ' +
          '{"order":1,"check":60,"wallet":"Dorgival"}',
      );
    });

    it('shows nothing of other protocols', () => {
      const capture = new Capture().segment(PORT, 'client', Buffer.from('GET / HTTP/1.1\r\n\r\n'));
      expect(framesIn(capture.toPcap())).to.deep.equal([]);
    });

    it('takes a file that ends anywhere', () => {
      for (const file of [whole.toPcap(), readFileSync(join(ROOT, 'wireshark/sample.pcapng'))]) {
        const all = framesIn(file).length;
        for (let length = 0; length < file.length; length += 7) {
          expect(framesIn(file.subarray(0, length)).length).to.be.at.most(all + 2);
        }
      }
    });
  });
});
