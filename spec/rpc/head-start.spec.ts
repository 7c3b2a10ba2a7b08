import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { Outbox } from '../../src/rpc/outbox';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { RecordingTransport } from '../support/recording-transport';

describe('an Outbox that was the last in its process to send', () => {
  let wire: RecordingTransport;
  let outbox: Outbox;
  let endsSent: number[];

  function outboxOf(transport: RecordingTransport): Outbox {
    return new Outbox(transport, new FakeEnvironment(), 1_000, {
      onEndsSent: (count) => void endsSent.push(count),
      onPeerNotReading: () => undefined,
    });
  }

  function writeFrame(to: Outbox): void {
    to.open().raw(Buffer.from('a'));
    to.commit();
  }

  beforeEach(async () => {
    wire = new RecordingTransport();
    endsSent = [];
    outbox = outboxOf(wire);
    writeFrame(outbox);
    await settle();
    wire.writes.pop();
  });

  /** CALLs or ENDs of one tick: how many each write has. */
  async function headStarts(count: number, written: () => void): Promise<number[]> {
    for (let i = 0; i < count; i++) {
      writeFrame(outbox);
      written();
    }
    await settle();
    return wire.writes.splice(0).map((text) => text.length);
  }

  it('sends 16 CALLs without waiting for the rest of the tick, then 32, 64 and so on', async () => {
    const calls = (count: number) => headStarts(count, () => outbox.callWritten());
    expect(await calls(16)).to.deep.equal([16]);
    expect(await calls(17)).to.deep.equal([16, 1]);
    expect(await calls(500)).to.deep.equal([16, 32, 64, 128, 256, 4]);
  });

  it('sends ENDs so too, also while bytes are being read', async () => {
    const ends = (count: number) => headStarts(count, () => outbox.endWritten());
    expect(await ends(50)).to.deep.equal([16, 32, 2]);
    expect(endsSent).to.deep.equal([16, 32, 2]);
    outbox.hold(100);
    const held = ends(50);
    expect(wire.writes.map((text) => text.length)).to.deep.equal([16, 32]);
    outbox.release();
    expect(await held).to.deep.equal([16, 32, 2]);
  });

  it('waits for the end of the tick where more is there to be read than a read gives', async () => {
    outbox.hold(65_536);
    const ends = headStarts(50, () => outbox.endWritten());
    outbox.release();
    expect(await ends).to.deep.equal([50]);
  });

  it('waits for the end of the tick where other connections have work too', async () => {
    const other = outboxOf(new RecordingTransport());
    const calls = (count: number) => headStarts(count, () => outbox.callWritten());
    expect(await calls(17)).to.deep.equal([16, 1]);
    writeFrame(other);
    await settle();
    expect(await calls(17)).to.deep.equal([17]);
    expect(await calls(17)).to.deep.equal([16, 1]);
  });

  it('does not send other frames before the tick ends, however many', async () => {
    expect(await headStarts(500, () => undefined)).to.deep.equal([500]);
  });

  it('keeps CALLs for a socket that is busy until it is free', async () => {
    wire.isBusy = true;
    expect(await headStarts(100, () => outbox.callWritten())).to.deep.equal([16]);
    wire.isBusy = false;
    outbox.onDrained();
    expect(wire.writes.map((text) => text.length)).to.deep.equal([84]);
  });
});
