import { expect } from 'chai';
import fc from 'fast-check';
import type { Role } from '../../src/wire/frame';
import { checkHeader, emptyHeader, readHeader } from '../../src/wire/header';
import { ProtocolError, type Violation } from '../../src/wire/protocol-error';
import { hex } from '../support/hex';

/** The violation of a header; undefined when it is taken. */
function verdict(header: Buffer, receiver: Role): Violation | undefined {
  const read = emptyHeader();
  readHeader(header, 0, read);
  try {
    checkHeader(read, receiver);
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error.violation;
    throw error;
  }
}

/** `length stream type flags code service method`, and what it is. */
type Case = readonly [header: string, title: string];

function refuses(violation: Violation, receiver: Role, cases: readonly Case[]): void {
  for (const [header, title] of cases) {
    it(`refuses ${title} at the ${receiver}: ${violation}`, () => {
      expect(verdict(hex(header), receiver)).to.equal(violation);
    });
  }
}

function takes(receiver: Role, cases: readonly Case[]): void {
  for (const [header, title] of cases) {
    it(`takes ${title} at the ${receiver}`, () => {
      expect(verdict(hex(header), receiver)).to.equal(undefined);
    });
  }
}

describe('checkHeader', () => {
  describe('HELLO', () => {
    takes('server', [
      ['00000016 00000000 01 00 0000 0000 0000', 'the shortest'],
      ['00010000 00000000 01 00 0000 0000 0000', 'the longest'],
      ['00000016 00000000 01 c0 0000 0000 0000', 'flags 0x40 and 0x80'],
    ]);
    takes('client', [['00000016 00000000 01 10 0000 0000 0000', 'the answer']]);
    refuses('FLAG_OUT_OF_PLACE', 'server', [
      ['00000016 00000000 01 10 0000 0000 0000', 'REPLY'],
      ['00000016 00000000 01 01 0000 0000 0000', 'LAST'],
    ]);
    refuses('FLAG_OUT_OF_PLACE', 'client', [
      ['00000016 00000000 01 00 0000 0000 0000', 'one without REPLY'],
      ['00000016 00000000 01 11 0000 0000 0000', 'LAST'],
    ]);
    refuses('STREAM_OUT_OF_PLACE', 'server', [
      ['00000016 00000001 01 00 0000 0000 0000', 'one on a stream'],
    ]);
    refuses('CODE_OUT_OF_PLACE', 'server', [['00000016 00000000 01 00 0001 0000 0000', 'a code']]);
    refuses('METHOD_OUT_OF_PLACE', 'server', [
      ['00000016 00000000 01 00 0000 0001 0000', 'a service'],
      ['00000016 00000000 01 00 0000 0000 0001', 'a method'],
    ]);
    refuses('LENGTH_OUT_OF_PLACE', 'server', [
      ['00000015 00000000 01 00 0000 0000 0000', 'one of 21 bytes'],
    ]);
  });

  describe('CALL', () => {
    takes('server', [
      ['00000006 00000001 02 00 0000 0000 0000', 'the shortest, of service 0'],
      ['00010000 7fffffff 02 0d 0000 ffff ffff', 'the longest, on the highest stream'],
      ['00000006 00000001 02 01 0000 0007 0001', 'LAST without MSG'],
      ['00000006 00000001 02 04 0000 0007 0001', 'MSG without LAST'],
    ]);
    refuses('TYPE_OUT_OF_PLACE', 'client', [['00000006 00000001 02 05 0000 0007 0001', 'any']]);
    refuses('FLAG_OUT_OF_PLACE', 'server', [
      ['00000006 00000001 02 02 0000 0007 0001', 'MORE'],
      ['00000006 00000001 02 10 0000 0007 0001', 'REPLY'],
      ['00000006 00000001 02 20 0000 0007 0001', 'NOT_PROCESSED'],
      ['00000006 00000001 02 09 0000 0007 0001', 'COMPRESSED without MSG'],
    ]);
    refuses('STREAM_OUT_OF_PLACE', 'server', [
      ['00000006 00000000 02 05 0000 0007 0001', 'stream 0'],
      ['00000006 00000002 02 05 0000 0007 0001', 'stream 2'],
      ['00000006 80000001 02 05 0000 0007 0001', 'stream 2^31 + 1'],
      ['00000006 ffffffff 02 05 0000 0007 0001', 'stream 2^32 - 1'],
    ]);
    refuses('CODE_OUT_OF_PLACE', 'server', [['00000006 00000001 02 05 0001 0007 0001', 'a code']]);
    refuses('LENGTH_OUT_OF_PLACE', 'server', [
      ['00000005 00000001 02 05 0000 0007 0001', 'one of 5 bytes'],
    ]);
  });

  describe('DATA', () => {
    takes('server', [
      ['00000000 00000001 03 01 0000 0007 0001', 'LAST alone'],
      ['00000001 00000001 03 06 0000 0007 0001', 'MSG and MORE'],
      ['00010000 00000001 03 0e 0000 0007 0001', 'a compressed first fragment'],
      ['00000001 00000001 03 05 0000 0007 0001', 'MSG and LAST'],
      ['00000001 00000001 03 00 0000 0007 0001', 'no flags'],
    ]);
    takes('client', [
      ['00000000 00000001 03 14 0000 0007 0001', 'MSG with REPLY'],
      ['00000001 00000001 03 12 0000 0007 0001', 'MORE with REPLY'],
    ]);
    refuses('FLAG_OUT_OF_PLACE', 'server', [
      ['00000001 00000001 03 14 0000 0007 0001', 'REPLY'],
      ['00000001 00000001 03 07 0000 0007 0001', 'LAST with MORE'],
      ['00000001 00000001 03 24 0000 0007 0001', 'NOT_PROCESSED'],
      ['00000001 00000001 03 0a 0000 0007 0001', 'COMPRESSED without MSG'],
    ]);
    refuses('FLAG_OUT_OF_PLACE', 'client', [
      ['00000001 00000001 03 04 0000 0007 0001', 'one without REPLY'],
      ['00000001 00000001 03 15 0000 0007 0001', 'LAST'],
    ]);
    refuses('STREAM_OUT_OF_PLACE', 'server', [
      ['00000001 00000000 03 04 0000 0000 0000', 'stream 0'],
      ['00000001 00000004 03 04 0000 0007 0001', 'stream 4'],
    ]);
    refuses('CODE_OUT_OF_PLACE', 'server', [['00000001 00000001 03 04 0002 0007 0001', 'a code']]);
  });

  describe('END', () => {
    takes('client', [
      ['00000002 00000001 04 00 0000 0007 0001', 'the shortest'],
      ['00010000 00000001 04 0c 0000 0007 0001', 'the longest, compressed'],
      ['00000002 00000001 04 04 ffff 0007 0001', 'any code, with a detail'],
      ['00000002 00000001 04 20 0008 0007 0001', 'NOT_PROCESSED'],
    ]);
    refuses('TYPE_OUT_OF_PLACE', 'server', [['00000002 00000001 04 00 0000 0007 0001', 'any']]);
    refuses('FLAG_OUT_OF_PLACE', 'client', [
      ['00000002 00000001 04 20 0000 0007 0001', 'NOT_PROCESSED with success'],
      ['00000002 00000001 04 01 0000 0007 0001', 'LAST'],
      ['00000002 00000001 04 02 0000 0007 0001', 'MORE'],
      ['00000002 00000001 04 10 0000 0007 0001', 'REPLY'],
      ['00000002 00000001 04 08 0000 0007 0001', 'COMPRESSED without MSG'],
    ]);
    refuses('STREAM_OUT_OF_PLACE', 'client', [
      ['00000002 00000000 04 00 0000 0007 0001', 'stream 0'],
      ['00000002 00000006 04 00 0000 0007 0001', 'stream 6'],
    ]);
    refuses('LENGTH_OUT_OF_PLACE', 'client', [
      ['00000001 00000001 04 00 0000 0007 0001', 'one of 1 byte'],
    ]);
  });

  describe('CANCEL', () => {
    takes('server', [
      ['00000002 00000001 05 00 0001 0007 0001', 'the shortest'],
      ['00010000 00000001 05 00 ffff 0007 0001', 'the longest, of any code'],
    ]);
    refuses('TYPE_OUT_OF_PLACE', 'client', [['00000002 00000001 05 00 0001 0007 0001', 'any']]);
    refuses('FLAG_OUT_OF_PLACE', 'server', [['00000002 00000001 05 01 0001 0007 0001', 'LAST']]);
    refuses('CODE_OUT_OF_PLACE', 'server', [['00000002 00000001 05 00 0000 0007 0001', 'code 0']]);
    refuses('STREAM_OUT_OF_PLACE', 'server', [
      ['00000002 00000000 05 00 0001 0000 0000', 'stream 0'],
    ]);
    refuses('LENGTH_OUT_OF_PLACE', 'server', [
      ['00000001 00000001 05 00 0001 0007 0001', 'one of 1 byte'],
    ]);
  });

  for (const receiver of ['server', 'client'] as const) {
    describe(`CREDIT, PING, GOAWAY at the ${receiver}`, () => {
      takes(receiver, [
        ['00000004 00000001 06 00 0000 0007 0001', 'CREDIT'],
        ['00000008 00000000 07 00 0000 0000 0000', 'PING'],
        ['00000008 00000000 07 10 0000 0000 0000', 'an answer to PING'],
        ['0000000a 00000000 08 00 0000 0000 0000', 'the shortest GOAWAY'],
        ['00010000 00000000 08 00 ffff 0000 0000', 'the longest GOAWAY, of any code'],
      ]);
      refuses('FLAG_OUT_OF_PLACE', receiver, [
        ['00000004 00000001 06 10 0000 0007 0001', 'CREDIT with REPLY'],
        ['00000008 00000000 07 04 0000 0000 0000', 'PING with MSG'],
        ['0000000a 00000000 08 10 0000 0000 0000', 'GOAWAY with REPLY'],
      ]);
      refuses('STREAM_OUT_OF_PLACE', receiver, [
        ['00000004 00000000 06 00 0000 0000 0000', 'CREDIT on stream 0'],
        ['00000008 00000001 07 00 0000 0000 0000', 'PING on a stream'],
        ['0000000a 00000003 08 00 0000 0000 0000', 'GOAWAY on a stream'],
      ]);
      refuses('CODE_OUT_OF_PLACE', receiver, [
        ['00000004 00000001 06 00 0001 0007 0001', 'CREDIT with a code'],
        ['00000008 00000000 07 00 0001 0000 0000', 'PING with a code'],
      ]);
      refuses('METHOD_OUT_OF_PLACE', receiver, [
        ['00000008 00000000 07 00 0000 0001 0000', 'PING of a service'],
        ['0000000a 00000000 08 00 0000 0000 0001', 'GOAWAY of a method'],
      ]);
      refuses('LENGTH_OUT_OF_PLACE', receiver, [
        ['00000003 00000001 06 00 0000 0007 0001', 'CREDIT of 3 bytes'],
        ['00000005 00000001 06 00 0000 0007 0001', 'CREDIT of 5 bytes'],
        ['00000007 00000000 07 00 0000 0000 0000', 'PING of 7 bytes'],
        ['00000009 00000000 07 00 0000 0000 0000', 'PING of 9 bytes'],
        ['00000009 00000000 08 00 0000 0000 0000', 'GOAWAY of 9 bytes'],
      ]);
    });
  }

  describe('META', () => {
    takes('client', [['00000002 00000001 09 00 0000 0007 0001', 'the shortest']]);
    refuses('TYPE_OUT_OF_PLACE', 'server', [['00000002 00000001 09 00 0000 0007 0001', 'any']]);
    refuses('FLAG_OUT_OF_PLACE', 'client', [['00000002 00000001 09 10 0000 0007 0001', 'REPLY']]);
    refuses('CODE_OUT_OF_PLACE', 'client', [['00000002 00000001 09 00 0001 0007 0001', 'a code']]);
    refuses('STREAM_OUT_OF_PLACE', 'client', [
      ['00000002 00000000 09 00 0000 0000 0000', 'stream 0'],
    ]);
    refuses('LENGTH_OUT_OF_PLACE', 'client', [
      ['00000001 00000001 09 00 0000 0007 0001', 'one of 1 byte'],
    ]);
  });

  describe('other types', () => {
    refuses('TYPE_UNKNOWN', 'server', [
      ['00000000 00000001 00 00 0000 0007 0001', 'type 0'],
      ['00000000 00000001 0a 00 0000 0007 0001', 'type 10'],
      ['00000000 00000001 7f 00 0000 0007 0001', 'type 0x7f'],
    ]);
    takes('server', [
      ['00000000 00000002 80 00 0000 0007 0001', 'type 0x80, on an even stream'],
      ['00010000 ffffffff ff ff ffff ffff ffff', 'type 0xff, whatever its other fields are'],
    ]);
    refuses('FRAME_TOO_LONG', 'server', [
      ['00010001 00000001 80 00 0000 0007 0001', 'type 0x80 of 65 537 bytes'],
      ['ffffffff 00000001 03 04 0000 0007 0001', 'DATA of 4 GiB'],
    ]);
  });

  describe('the order of the checks', () => {
    // Each header breaks the rule in its line and all those in the lines below.
    refuses('FRAME_TOO_LONG', 'server', [
      ['00010001 00000002 00 ff ffff 0007 0001', 'length first'],
    ]);
    refuses('TYPE_UNKNOWN', 'server', [['00000000 00000002 00 3f ffff 0007 0001', 'then type']]);
    refuses('TYPE_OUT_OF_PLACE', 'server', [
      ['00000000 00000002 04 3f ffff 0007 0001', 'then direction'],
    ]);
    refuses('STREAM_OUT_OF_PLACE', 'server', [
      ['00000000 00000002 07 3f ffff 0007 0001', 'then stream'],
    ]);
    refuses('FLAG_OUT_OF_PLACE', 'server', [
      ['00000000 00000000 07 3f ffff 0007 0001', 'then flags'],
    ]);
    refuses('CODE_OUT_OF_PLACE', 'server', [
      ['00000000 00000000 07 00 ffff 0007 0001', 'then code'],
    ]);
    refuses('METHOD_OUT_OF_PLACE', 'server', [
      ['00000000 00000000 07 00 0000 0007 0001', 'then method'],
    ]);
    refuses('LENGTH_OUT_OF_PLACE', 'server', [
      ['00000000 00000000 07 00 0000 0000 0000', 'then what the type allows'],
    ]);
  });

  it('says in its error what was found', () => {
    const header = emptyHeader();
    readHeader(hex('00000006 00000002 02 05 0000 0007 0001'), 0, header);
    expect(() => checkHeader(header, 'server')).to.throw(
      'STREAM_OUT_OF_PLACE: CALL stream=2 LAST|MSG 7.1 length=6',
    );
  });

  it('throws nothing but ProtocolErrors of connections, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.constantFrom<Role>('client', 'server'),
        (array, receiver) => {
          array[0] = 0;
          array[1] = 0;
          array[8] = (array[8] as number) % 11;
          const header = emptyHeader();
          readHeader(Buffer.from(array), 0, header);
          try {
            checkHeader(header, receiver);
          } catch (error) {
            expect(error).to.be.instanceOf(ProtocolError).with.property('scope', 'connection');
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
