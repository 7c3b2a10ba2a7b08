import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { MessageType, type Message } from '../../../src/services/messages/message';
import {
  encodeMessage,
  readdress,
  UnknownType,
} from '../../../src/services/messages/message-codec';
import { MessageReader } from '../../../src/services/messages/message-reader';
import { everySplit } from '../../support/every-split';
import { expectHex, hex } from '../../support/hex';

// The golden bytes: type, origin, destination, sequence, timestamp, and what follows.
const timestamp = 0x5747c0de;
const GOLDEN: readonly [string, string, Message][] = [
  [
    'OI of emissor 1',
    '0000 0001 0000  00000000 5747c0de',
    { type: MessageType.OI, origin: 1, destination: 0, sequence: 0, timestamp },
  ],
  [
    'FLW of exibidor 1999',
    '0001 07cf 0000  00000009 5747c0de',
    { type: MessageType.FLW, origin: 1999, destination: 0, sequence: 9, timestamp },
  ],
  [
    'MSG from emissor 999 to exibidor 1002',
    '0002 03e7 03ea  00000002 5747c0de  0008 4f622d6c612d6461',
    {
      type: MessageType.MSG,
      origin: 999,
      destination: 1002,
      sequence: 2,
      timestamp,
      text: Buffer.from('Ob-la-da'),
    },
  ],
  [
    'MSG to everybody, in UTF-8: the length is in bytes',
    '0002 0001 0000  ffffffff ffffffff  0006 61c3a7c3a36f',
    {
      type: MessageType.MSG,
      origin: 1,
      destination: 0,
      sequence: 0xffffffff,
      timestamp: 0xffffffff,
      text: Buffer.from('ação'),
    },
  ],
  [
    'MSG without text',
    '0002 0001 0000  00000001 00000000  0000',
    {
      type: MessageType.MSG,
      origin: 1,
      destination: 0,
      sequence: 1,
      timestamp: 0,
      text: Buffer.alloc(0),
    },
  ],
  [
    'OK to emissor 1',
    '0003 0000 0001  00000002 5747c0de',
    { type: MessageType.OK, origin: 0, destination: 1, sequence: 2, timestamp },
  ],
  [
    'ERRO to emissor 1',
    '0004 0000 0001  00000002 5747c0de',
    { type: MessageType.ERRO, origin: 0, destination: 1, sequence: 2, timestamp },
  ],
  [
    'QEM for exibidor 1001',
    '0005 0001 03e9  00000003 5747c0de',
    { type: MessageType.QEM, origin: 1, destination: 1001, sequence: 3, timestamp },
  ],
  [
    'OKQEM with three clients',
    '0006 0000 03e9  00000003 5747c0de  0003 0001 03e9 03ea',
    {
      type: MessageType.OKQEM,
      origin: 0,
      destination: 1001,
      sequence: 3,
      timestamp,
      clients: [1, 1001, 1002],
    },
  ],
  [
    'OKQEM without clients',
    '0006 0000 03e9  00000003 5747c0de  0000',
    {
      type: MessageType.OKQEM,
      origin: 0,
      destination: 1001,
      sequence: 3,
      timestamp,
      clients: [],
    },
  ],
];

function read(chunks: readonly Buffer[]): Message[] {
  const reader = new MessageReader();
  const messages: Message[] = [];
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at = reader.at) {
      const message = reader.next(chunk, at);
      if (message !== undefined) messages.push(message);
    }
  }
  expect(reader.isMidMessage).to.equal(false);
  return messages;
}

describe('encodeMessage', () => {
  for (const [name, bytes, message] of GOLDEN) {
    it(name, () => expectHex(encodeMessage(message), bytes));
  }

  it('refuses a number that does not fit into its field', () => {
    const message = { type: MessageType.OI as const, destination: 0, sequence: 0, timestamp };
    expect(() => encodeMessage({ ...message, origin: 65_536 })).to.throw(RangeError);
    expect(() => encodeMessage({ ...message, origin: 1, sequence: 2 ** 32 })).to.throw(RangeError);
  });
});

describe('readdress', () => {
  it('changes the destination of a copy, and nothing else', () => {
    const bytes = hex('0002 0001 0000  00000002 5747c0de  0002 6f69');
    expectHex(readdress(bytes, 1002), '0002 0001 03ea  00000002 5747c0de  0002 6f69');
    expectHex(bytes, '0002 0001 0000  00000002 5747c0de  0002 6f69');
  });
});

describe('MessageReader', () => {
  for (const [name, bytes, message] of GOLDEN) {
    it(`${name}, however it is cut`, () =>
      everySplit(hex(bytes), (chunks) => expect(read(chunks)).to.deep.equal([message])));
  }

  it('tells messages that come together in order, however they are cut', () =>
    everySplit(hex(GOLDEN.map(([, bytes]) => bytes).join(' ')), (chunks) =>
      expect(read(chunks)).to.deep.equal(GOLDEN.map(([, , message]) => message)),
    ));

  it('is in the middle of a message from its first byte to its last', () => {
    const reader = new MessageReader();
    const bytes = hex('0002 0001 0000  00000002 5747c0de  0002 6f69');
    for (const byte of bytes.subarray(0, -1)) {
      expect(reader.next(Buffer.of(byte), 0)).to.equal(undefined);
      expect(reader.isMidMessage).to.equal(true);
    }
    expect(reader.next(bytes.subarray(-1), 0)).to.not.equal(undefined);
    expect(reader.isMidMessage).to.equal(false);
  });

  it('takes the longest text and the longest list that a length can tell', () => {
    const text = Buffer.concat([
      hex('0002 0001 0000 00000000 00000000 ffff'),
      Buffer.alloc(65_535, 'x'),
    ]);
    const list = Buffer.concat([
      hex('0006 0001 0000 00000000 00000000 ffff'),
      Buffer.alloc(131_070, 1),
    ]);
    const [first, second] = read([text.subarray(0, 20), text.subarray(20), list]);
    expect(first).to.have.property('text').with.length(65_535);
    expect(second).to.have.property('clients').with.length(65_535);
  });

  it('refuses an unknown type on the header, and says which message it was', () =>
    everySplit(hex('0007 0001 0002 00000003 00000004'), (chunks) => {
      const reader = new MessageReader();
      const readAll = () => chunks.forEach((chunk) => reader.next(chunk, 0));
      expect(readAll)
        .to.throw(UnknownType)
        .with.property('header')
        .that.deep.equals({ type: 7, origin: 1, destination: 2, sequence: 3, timestamp: 4 });
    }));
});
