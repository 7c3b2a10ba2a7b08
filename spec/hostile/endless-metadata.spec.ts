import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import type { HostilePeer } from '../support/hostile-peer';
import { rawFrame } from '../support/raw-frames';
import { onStreams, pour } from './support/pour';
import { VictimProcess } from './support/victim-process';

const CONNECTIONS = 100;
const CALLS = 20_000;
const STREAMS_MAX = 1_000;
/** A thousand calls that hold 8 KiB of metadata each, and what they are in objects. */
const PEAK_MIB_MAX = 128;

/** CALL of Hold with one block of options of so many bytes: a pair of metadata. */
function call(optionsBytes: number): Buffer {
  const options = Buffer.alloc(2 + optionsBytes, 'v');
  options.writeUInt16BE(optionsBytes, 0);
  options.writeUInt8(1, 2);
  options.writeUInt16BE(optionsBytes - 3, 3);
  options.write('\x01k', 5, 'latin1');
  const payload = Buffer.concat([Buffer.alloc(4), options, Buffer.alloc(12)]);
  return rawFrame({ stream: 1, type: 2, flags: 0x05, service: 7, method: 2, payload });
}

/** Metadata may not go on in another frame: META is the server's. */
const META_OF_CLIENT = '00000002 00000001 09 00 0000 0007 0002  0000';

describe('metadata without end (CONTINUATION flood, 2024)', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let holding: HostilePeer;
  const rules = new Map<string, Set<string | undefined>>();

  async function tell(name: string, bytes: Buffer | string): Promise<void> {
    const found = new Set<string | undefined>();
    for (let count = 0; count < CONNECTIONS; count++) {
      const peer = (await victim.guest()).send(bytes);
      await peer.ended();
      found.add(peer.goaways[0]?.text.split(':')[0]);
    }
    rules.set(name, found);
  }

  before(async () => {
    victim = await VictimProcess.server({ limits: { streamsMax: STREAMS_MAX } });
    await tell('too long', call(8_193));
    await tell('in parts', META_OF_CLIENT);
    holding = await victim.guest();
    await pour(holding, onStreams(CALLS, [call(8_192)]));
    await holding.frame(4, CALLS - STREAMS_MAX);
  });
  after(() => victim.stop());

  it('of more than 8 KiB ends the connection', () => {
    expect(rules.get('too long')).to.deep.equal(new Set(['OPTIONS_TOO_LONG']));
  });

  it('in parts ends it too', () => {
    expect(rules.get('in parts')).to.deep.equal(new Set(['TYPE_OUT_OF_PLACE']));
  });

  it('of 8 KiB in each call is held for as many calls as are taken', async () => {
    expect((await victim.condition()).running).to.equal(STREAMS_MAX);
  });

  it(`costs less than ${PEAK_MIB_MAX} MiB`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });
});
