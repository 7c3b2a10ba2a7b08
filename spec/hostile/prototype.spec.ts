import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import type { HostilePeer } from '../support/hostile-peer';
import { rawFrame } from '../support/raw-frames';
import { VictimProcess } from './support/victim-process';

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'];

/** u32 length, text. */
function text(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
}

/** CALL of Check whose map has the names as keys, and the metadata as keys and values. */
function call(): Buffer {
  const pairs = NAMES.map((name) => {
    const key = name.toLowerCase();
    const head = Buffer.of(1, 0, 1 + key.length + name.length, key.length);
    return Buffer.concat([head, Buffer.from(key + name)]);
  });
  const options = Buffer.concat(pairs);
  const optionsBytes = Buffer.alloc(2);
  optionsBytes.writeUInt16BE(options.length);
  const entries = NAMES.map((name) => Buffer.concat([text(name), Buffer.alloc(4)]));
  const payload = Buffer.concat([
    Buffer.alloc(4),
    optionsBytes,
    options,
    // No flag, no number, the map, 0, no next.
    Buffer.of(0, 0, 0, 0, 0, NAMES.length),
    ...entries,
    Buffer.alloc(9),
  ]);
  return rawFrame({ stream: 1, type: 2, flags: 0x05, service: 7, method: 3, payload });
}

describe('names of JavaScript in a message (CVE-2021-21368)', () => {
  let victim: VictimProcess;
  let peer: HostilePeer;

  before(async () => {
    victim = await VictimProcess.server();
    peer = await victim.guest();
    peer.send(call());
    await peer.frame(4);
  });
  after(() => victim.stop());

  it('are keys like others: all of them arrive', () => {
    const [end] = peer.framesOf(4);
    // No options, the length of the text, the keys, an empty blob and no numbers.
    const length = end?.payload.readUInt32BE(2) ?? 0;
    expect(end?.payload.toString('latin1', 6, 6 + length)).to.equal(NAMES.join());
  });

  it('change no object', async () => {
    expect((await victim.condition()).polluted).to.deep.equal([]);
  });

  it('harm nobody else', async () => {
    expect(await victim.serves()).to.equal(true);
  });
});
