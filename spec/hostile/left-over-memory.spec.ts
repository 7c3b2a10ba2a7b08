import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import type { HostilePeer } from '../support/hostile-peer';
import { ECHO_CALL } from '../support/probe-frames';
import { CLIENT_HELLO_HEX, PREFACE_HEX, rawFrame } from '../support/raw-frames';
import { VictimProcess } from './support/victim-process';

const SECRET = 'the secret of somebody else ';
const CALLS = 300;
const SIZES = [1, 100, 5_000, 60_000, 200_000];

const HELLO_DEFLATE =
  '00000016 00000000 01 00 0000 0000 0000  0001 0001 00400000 00000400 00002710 00000001 0000';

/** Whole CALL or CALL with DATA of Echo, whose blob is nothing but the secret. */
function secretCall(stream: number, size: number): Buffer {
  const blob = Buffer.alloc(size, SECRET);
  const length = Buffer.alloc(8);
  length.writeUInt32BE(size, 4);
  const message = Buffer.concat([length, blob, Buffer.alloc(4)]);
  const ids = { stream, service: 7, method: 1 };
  const head = Buffer.alloc(6);
  if (message.length < 65_000) {
    return rawFrame({ type: 2, flags: 0x05, ...ids, payload: Buffer.concat([head, message]) });
  }
  const frames = [rawFrame({ type: 2, ...ids, payload: head })];
  for (let at = 0; at < message.length; at += 65_536) {
    const payload = message.subarray(at, at + 65_536);
    const flags = (at === 0 ? 0x04 : 0) | (at + 65_536 < message.length ? 0x02 : 0x01);
    frames.push(rawFrame({ type: 3, flags, ...ids, payload }));
  }
  return Buffer.concat(frames);
}

/** What a stranger can make the server say without the secret: answers and errors of all kinds. */
const QUESTIONS = [
  ECHO_CALL,
  '00000012 00000003 02 05 0000 0007 0001  00000000 0000 00000000 00000000 ffffffff',
  '00000006 00000005 02 01 0000 0063 0001  00000000 0000',
  '00000013 00000007 02 05 0000 0008 0002  00000000 0000 00000001 39 00000000 00000000',
  '00000006 00000009 02 00 0000 0008 0004  00000000 0000',
  '0000000d 00000009 03 04 0000 0008 0004  00000001 78 00000000 00000000',
  '00000012 0000000b 02 05 0000 0007 0002  00000001 0000 00000000 00000000 00000000',
  '00000008 00000000 07 00 0000 0000 0000  0123456789abcdef',
];
/** The last: it ends the connection. */
const VIOLATION = '00000004 00000009 06 00 0000 0008 0004  00000000';

describe('memory that was somebody else’s (ws, 2026-05)', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  const strangers: HostilePeer[] = [];

  before(async () => {
    victim = await VictimProcess.server({ compressedBytesMin: 10 });
    const owner = await victim.guest();
    for (let call = 0; call < CALLS; call++) {
      const size = SIZES[call % SIZES.length] ?? 1;
      owner.send(secretCall(2 * call + 1, size));
      if (call % 10 === 9) {
        await owner.frame(4, call + 1 - 9);
        // By turns one that takes compressed messages.
        const opening = call % 20 === 9 ? HELLO_DEFLATE : CLIENT_HELLO_HEX;
        const stranger = await victim.stranger();
        strangers.push(stranger.send(`${PREFACE_HEX} ${opening}  ${QUESTIONS.join(' ')}`));
      }
    }
    // Two answers, and three errors: a bad count, no such service, a time limit.
    await Promise.all(strangers.map((stranger) => stranger.frame(4, 5)));
    await Promise.all(strangers.map((stranger) => stranger.send(VIOLATION).ended()));
  });
  after(() => victim.stop());

  it('never reaches the wire', () => {
    const told = Buffer.concat(strangers.map(({ received }) => received)).toString('latin1');
    expect([told.length > 3_000, told.includes('secret')]).to.deep.equal([true, false]);
  });

  it('is looked for where it would be: every answer and error has come', () => {
    const types = strangers.map(({ frames }) =>
      [...new Set(frames.map(({ type }) => type))].sort().join(),
    );
    expect(new Set(types)).to.deep.equal(new Set(['1,3,4,7,8']));
  });
});
