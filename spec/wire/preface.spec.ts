import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { matchPreface, PREFACE } from '../../src/wire/preface';
import { everySplit } from '../support/every-split';
import { expectViolation } from '../support/expect-violation';
import { expectHex, hex } from '../support/hex';

const GOOD = '89 46 49 4f 0d 0a 1a 0a';

function matchAll(chunks: readonly Buffer[]): number {
  let matched = 0;
  for (const chunk of chunks) matched = matchPreface(matched, chunk, 0, chunk.length);
  return matched;
}

describe('the preface', () => {
  it('is eight bytes, \\x89FIO\\r\\n\\x1a\\n', () => {
    expectHex(PREFACE, GOOD);
  });

  it('is matched whole, byte by byte and at every cut', () => {
    everySplit(hex(GOOD), (chunks) => expect(matchAll(chunks)).to.equal(8));
  });

  it('is not matched whole before its last byte', () => {
    expect(matchPreface(0, hex(GOOD), 0, 7)).to.equal(7);
  });

  it('takes nothing of what comes behind it', () => {
    expect(matchPreface(0, hex(`${GOOD} 00 00`), 0, 10)).to.equal(8);
  });

  it('is matched in the middle of a buffer', () => {
    expect(matchPreface(0, hex(`ee ${GOOD} ee`), 1, 9)).to.equal(8);
  });

  for (let at = 0; at < 8; at++) {
    it(`is refused when byte ${at} differs, however it is cut`, () => {
      const bytes = hex(GOOD);
      bytes[at] = (bytes[at] as number) ^ 0x01;
      everySplit(bytes, (chunks) => expectViolation(() => matchAll(chunks), 'PREFACE_MISMATCH'));
    });

    it(`is refused at byte ${at}, without waiting for the rest`, () => {
      const bytes = hex(GOOD).subarray(0, at + 1);
      bytes[at] = (bytes[at] as number) ^ 0x80;
      expectViolation(() => matchPreface(0, bytes, 0, bytes.length), 'PREFACE_MISMATCH');
    });
  }

  const GUESSES: readonly (readonly [string, Buffer, string])[] = [
    ['GET', Buffer.from('GET / HTTP/1.1'), 'it looks like HTTP'],
    ['POST', Buffer.from('POST /x HTTP/1.1'), 'it looks like HTTP'],
    ['HTTP/2', Buffer.from('PRI * HTTP/2.0'), 'it looks like HTTP'],
    ['a TLS ClientHello', hex('16 03 01 00 a5'), 'it looks like TLS'],
    ['a word that is no method', Buffer.from('GETTING'), 'it begins with 47455454494e47'],
    ['more than eight bytes', hex('00 01 02 03 04 05 06 07 08'), 'it begins with 0001020304050607'],
  ];
  for (const [name, bytes, guess] of GUESSES) {
    it(`says what stands in its place: ${name}`, () => {
      expect(() => matchPreface(0, bytes, 0, bytes.length)).to.throw(
        `PREFACE_MISMATCH: the peer does not speak Fio, ${guess}`,
      );
    });
  }

  it('does not guess behind a good beginning', () => {
    const bytes = hex('89 47');
    expect(() => matchPreface(0, bytes, 0, 2)).to.throw(/the peer does not speak Fio$/);
  });
});
