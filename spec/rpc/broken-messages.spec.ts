import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { VIOLATIONS, type Violation } from '../../src/wire/protocol-error';
import type { HostilePeer } from '../support/hostile-peer';
import { hex } from '../support/hex';
import { BEGUN_CALL, ECHO_CALL_3 } from '../support/probe-frames';
import { rawFrame, textOf } from '../support/raw-frames';
import { TcpProbe } from '../support/tcp-probe';

interface Case {
  readonly rule: Violation;
  readonly title: string;
  /** The message; of 7.1 (text, blob, numbers), or with method 3 of 7.3. */
  readonly message: string;
  readonly method?: number;
  /** The status in END; default 3, INVALID_ARGUMENT. */
  readonly status?: number;
}

/** 31 messages in the outermost one, each a length, and flag, maybe, counts and big before next. */
function nestedChecks(depth: number): string {
  let inner = '00 00 00000000 0000000000000000 00';
  for (let level = 1; level < depth; level++) {
    const length = hex(inner).length.toString(16).padStart(8, '0');
    inner = `00 00 00000000 0000000000000000 01 ${length} ${inner}`;
  }
  return inner;
}

const CASES: readonly Case[] = [
  { rule: 'FIELD_CUT', title: 'a length that is cut', message: '0000' },
  { rule: 'FIELD_CUT', title: 'a text that is cut', message: '00000003 6869' },
  { rule: 'FIELD_CUT', title: 'a text of 4 GiB', message: 'ffffffff 6869' },
  {
    rule: 'COUNT_TOO_BIG',
    title: 'more elements than the bytes left can hold',
    message: '00000000 00000000 00000003 0000000000000000',
  },
  {
    rule: 'COUNT_TOO_BIG',
    title: '2^32 - 1 elements',
    message: '00000000 00000000 ffffffff 0000000000000000',
  },
  { rule: 'UTF8_INVALID', title: 'a byte that no UTF-8 has', message: '00000001 ff' },
  { rule: 'UTF8_INVALID', title: 'an overlong form', message: '00000002 c080' },
  { rule: 'UTF8_INVALID', title: 'an encoded surrogate', message: '00000003 eda080' },
  { rule: 'UTF8_INVALID', title: 'a character above U+10FFFF', message: '00000004 f4908080' },
  { rule: 'BOOL_INVALID', title: 'a bool of 2', message: '02', method: 3 },
  { rule: 'PRESENCE_INVALID', title: 'a presence of 0xff', message: '00 ff', method: 3 },
  {
    rule: 'MAP_KEY_REPEATED',
    title: 'a key that comes twice',
    message: '00 00 00000002 00000001 61 00000001 00000001 61 00000002',
    method: 3,
  },
  {
    rule: 'NUMBER_UNSAFE',
    title: 'a number of 2^53 where a safe one is wanted',
    message: '00 00 00000000 0020000000000000',
    method: 3,
    status: 11,
  },
  {
    rule: 'DEPTH_EXCEEDED',
    title: 'a message 33 deep',
    message: nestedChecks(33),
    method: 3,
  },
];

/** Code, flags and text of the only END on stream 1. */
async function endOf(peer: HostilePeer): Promise<unknown> {
  const { code, flags, payload } = await peer.frame(4);
  const text = textOf(payload, 0);
  return { code, flags, rule: text.slice(0, text.indexOf(':')) };
}

function callWith(message: string, method = 1): Buffer {
  const payload = hex(`00000000 0000 ${message}`);
  return rawFrame({ stream: 1, type: 2, flags: 0x05, service: 7, method, payload });
}

describe('a client whose message cannot be taken', () => {
  let probe: TcpProbe;
  let peer: HostilePeer;
  before(async () => (probe = await TcpProbe.start({ limits: { messageBytesMax: 70_000 } })));
  after(() => probe.stop());
  beforeEach(async () => (peer = await probe.guest()));

  for (const { rule, title, message, method, status = 3 } of CASES) {
    it(`gets END ${rule} for ${title}`, async () => {
      peer.send(callWith(message, method));
      expect(await endOf(peer)).to.deep.equal({ code: status, flags: 0, rule });
    });

    it(`may call again on its connection after ${rule} for ${title}`, async () => {
      peer.send(callWith(message, method)).send(ECHO_CALL_3);
      expect((await peer.frame(4, 2)).code).to.equal(0);
    });
  }

  it('gets END MESSAGE_TOO_LONG as soon as its fragments are over the limit', async () => {
    const fragment = { stream: 1, type: 3, service: 7, method: 1 };
    peer.send(BEGUN_CALL);
    peer.send(rawFrame({ ...fragment, flags: 0x06, payload: Buffer.alloc(65_536) }));
    peer.send(rawFrame({ ...fragment, flags: 0x02, payload: Buffer.alloc(4_465) }));
    expect(await endOf(peer)).to.deep.equal({ code: 8, flags: 0, rule: 'MESSAGE_TOO_LONG' });
  });

  it('may send the rest of a message that was refused: it is dropped', async () => {
    const fragment = { stream: 1, type: 3, service: 7, method: 1 };
    peer.send(BEGUN_CALL);
    peer.send(rawFrame({ ...fragment, flags: 0x06, payload: Buffer.alloc(65_536) }));
    peer.send(rawFrame({ ...fragment, flags: 0x02, payload: Buffer.alloc(65_536) }));
    peer.send(rawFrame({ ...fragment, flags: 0x01, payload: Buffer.alloc(65_536) }));
    peer.send(ECHO_CALL_3);
    expect((await peer.frame(4, 2)).code).to.equal(0);
  });

  it('has a case here for every rule of messages', () => {
    const messageRules = Object.entries(VIOLATIONS)
      .filter(([, { scope }]) => scope === 'message')
      .map(([name]) => name);
    const elsewhere = ['MESSAGE_TOO_LONG', 'MEMORY_EXHAUSTED', 'COMPRESSION_INVALID'];
    const tested = new Set<string>([...CASES.map(({ rule }) => rule), ...elsewhere]);
    expect(messageRules.filter((name) => !tested.has(name))).to.deep.equal([]);
  });
});

describe('a client whose message is of another version', () => {
  let probe: TcpProbe;
  let peer: HostilePeer;
  before(async () => (probe = await TcpProbe.start()));
  after(() => probe.stop());
  beforeEach(async () => (peer = await probe.guest()));

  it('is answered when its message ends between two fields: the rest is at its defaults', async () => {
    peer.send(callWith('00000002 6869'));
    expect((await peer.frame(4)).payload).to.deep.equal(
      hex('0000 00000002 6869 00000000 00000000'),
    );
  });

  it('is answered when its message is empty', async () => {
    peer.send(callWith(''));
    expect((await peer.frame(4)).payload).to.deep.equal(hex('0000 00000000 00000000 00000000'));
  });

  it('is answered when its message is longer than is known: the rest is skipped', async () => {
    peer.send(callWith('00000002 6869 00000000 00000000 deadbeef'));
    expect((await peer.frame(4)).payload).to.deep.equal(
      hex('0000 00000002 6869 00000000 00000000'),
    );
  });

  it('is answered when its messages are 32 deep', async () => {
    peer.send(callWith(nestedChecks(32), 3));
    expect((await peer.frame(4)).code).to.equal(0);
  });
});
