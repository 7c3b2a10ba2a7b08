import { expect } from 'chai';
import { describeFlags, describeFrame, describeType } from '../../src/wire/frame';
import { emptyHeader, readHeader } from '../../src/wire/header';
import { hex } from '../support/hex';

describe('describeFrame', () => {
  for (const [header, line] of [
    ['00000015 00000001 02 05 0000 0001 0002', 'CALL stream=1 LAST|MSG 1.2 length=21'],
    ['00010000 00000007 03 16 0000 0001 0002', 'DATA stream=7 MORE|MSG|REPLY 1.2 length=65536'],
    ['00000002 00000001 04 20 0008 0001 0002', 'END stream=1 NOT_PROCESSED code=8 1.2 length=2'],
    ['00000008 00000000 07 10 0000 0000 0000', 'PING stream=0 REPLY length=8'],
    [
      '00000000 ffffffff 91 48 ffff ffff ffff',
      'TYPE-0x91 stream=4294967295 COMPRESSED|0x40 code=65535 65535.65535 length=0',
    ],
  ] as const) {
    it(`says ${line}`, () => {
      const read = emptyHeader();
      readHeader(hex(header), 0, read);
      expect(describeFrame(read)).to.equal(line);
    });
  }
});

describe('describeFlags', () => {
  it('says nothing for none', () => expect(describeFlags(0)).to.equal(''));

  it('names every flag, lowest first', () => {
    expect(describeFlags(0x3f)).to.equal('LAST|MORE|MSG|COMPRESSED|REPLY|NOT_PROCESSED');
  });

  it('shows those without a name in hex', () => {
    expect(describeFlags(0xc1)).to.equal('LAST|0xc0');
  });
});

describe('describeType', () => {
  it('names every type of the protocol', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map(describeType)).to.deep.equal([
      'HELLO',
      'CALL',
      'DATA',
      'END',
      'CANCEL',
      'CREDIT',
      'PING',
      'GOAWAY',
      'META',
    ]);
  });

  it('shows one without a name in hex of two digits', () => {
    expect([0, 0x80].map(describeType)).to.deep.equal(['TYPE-0x00', 'TYPE-0x80']);
  });
});
