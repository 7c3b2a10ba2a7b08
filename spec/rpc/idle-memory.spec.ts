import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { client, connect, Server, type Transport, type TransportSink } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { hex } from '../support/hex';
import { memoryInUse } from '../support/memory-use';
import { ECHO_CALL, ECHO_END } from '../support/probe-frames';
import { note, plainHandlers, Probe } from '../support/probe-service';
import { clientOpening, serverOpening } from '../support/raw-frames';

const CONNECTIONS = 8_000;
/** Lists, maps and tables of the process grow by steps: with the first they are made. */
const WARM_UP = 1_000;
/** A tenth more than was held when this was written: docs/decisions/0011. */
const SERVER_BYTES_MAX = 1_750;
const CLIENT_BYTES_MAX = 2_900;

const identity = Object.freeze({ isEncrypted: false, certificateName: undefined });

/** One end of a connection whose other end says what the test has it say; nothing is kept. */
class DeafWire implements Transport {
  readonly peer = 'memory';
  readonly identity = identity;
  readonly unsentBytes = 0;
  sink: TransportSink | undefined;

  start(sink: TransportSink): void {
    this.sink = sink;
  }

  hear(bytes: Buffer): void {
    this.sink?.onBytes(bytes, bytes.length);
  }

  write(): boolean {
    return true;
  }

  pause(): void {
    // Nothing is read.
  }

  resume(): void {
    // Nothing is read.
  }

  endWrite(): void {
    this.destroy();
  }

  destroy(): void {
    const { sink } = this;
    this.sink = undefined;
    setImmediate(() => sink?.onClosed(undefined));
  }
}

/** Bytes of the heap for each connection that `open` makes; Node's sockets are not among them. */
async function heapBytesEach(open: () => Promise<void>): Promise<number> {
  for (let count = 0; count < WARM_UP; count++) await open();
  await settle();
  const before = await memoryInUse();
  for (let count = 0; count < CONNECTIONS; count++) await open();
  await settle();
  const after = await memoryInUse();
  return (after.heapBytes - before.heapBytes) / CONNECTIONS;
}

describe('a connection that has made a call and idles', function () {
  this.timeout(20_000);

  it(`holds less than ${SERVER_BYTES_MAX} bytes at the server`, async () => {
    const server = new Server().add(Probe, plainHandlers);
    const conversation = Buffer.concat([clientOpening(), hex(ECHO_CALL)]);
    const bytes = await heapBytesEach(() => {
      const wire = new DeafWire();
      server.accept(wire);
      wire.hear(conversation);
      return Promise.resolve();
    });
    await server.close({ drainMs: 1 });
    expect(bytes).to.be.below(SERVER_BYTES_MAX);
  });

  it(`holds less than ${CLIENT_BYTES_MAX} bytes at the client, with its channel`, async () => {
    const channels: { close(): Promise<void> }[] = [];
    const conversation = Buffer.concat([serverOpening(), hex(ECHO_END)]);
    const bytes = await heapBytesEach(async () => {
      const wire = new DeafWire();
      const channel = connect('127.0.0.1:1', { dial: () => Promise.resolve(wire) });
      channels.push(channel);
      const reply = client(Probe, channel).echo(note('hi'));
      // Until it has been dialled, and the call has gone.
      while (wire.sink === undefined) await Promise.resolve();
      await Promise.resolve();
      wire.hear(conversation);
      await reply;
    });
    await Promise.all(channels.map((channel) => channel.close()));
    expect(bytes).to.be.below(CLIENT_BYTES_MAX);
  });
});
