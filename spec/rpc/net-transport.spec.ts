import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { dialTcp, NetTransport } from '../../src/rpc/net-transport';
import type { Transport } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { errorOf } from '../support/outcome';

/** Notes what it is told, and wakes who waits for it. */
class Listener {
  readonly chunks: string[] = [];
  readonly buffers = new Set<Buffer>();
  readonly told: string[] = [];
  closeError: Error | undefined;
  private wake: () => void = () => undefined;

  onBytes(bytes: Buffer, length: number): void {
    this.chunks.push(bytes.toString('latin1', 0, length));
    this.buffers.add(bytes);
    this.tell('bytes');
  }

  onDrained(): void {
    this.tell('drained');
  }

  onEnded(): void {
    this.tell('ended');
  }

  onClosed(error: Error | undefined): void {
    this.closeError = error;
    this.tell('closed');
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private tell(what: string): void {
    this.told.push(what);
    this.wake();
  }
}

describe('NetTransport', () => {
  let server: Server;
  let port: number;
  let accepted: Promise<Socket>;
  const ends: { destroy(): void }[] = [];

  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true });
    accepted = once(server, 'connection').then(([socket]) => {
      ends.push(socket as Socket);
      (socket as Socket).on('error', () => undefined);
      return socket as Socket;
    });
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) end.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  async function dial(): Promise<Transport> {
    const transport = await dialTcp({ host: '127.0.0.1', port }, new AbortController().signal);
    ends.push(transport);
    return transport;
  }

  it('knows where it leads', async () => {
    const transport = await dial();
    expect([transport.peer, transport.identity]).to.deep.equal([
      `127.0.0.1:${port}`,
      { isEncrypted: false, certificateName: undefined },
    ]);
  });

  it('tells bytes and the end of the other half, and its own end', async () => {
    const transport = await dial();
    const listener = new Listener();
    transport.start(listener);
    (await accepted).end('abc');
    await listener.until(() => listener.told.includes('ended'));
    transport.endWrite();
    await listener.until(() => listener.told.includes('closed'));
    expect([listener.chunks.join(''), listener.told.slice(-2), listener.closeError]).to.deep.equal([
      'abc',
      ['ended', 'closed'],
      undefined,
    ]);
  });

  it('tells bytes that came before it was started', async () => {
    const transport = new NetTransport(await connected(), true);
    const listener = new Listener();
    transport.start(listener);
    await listener.until(() => listener.chunks.join('') === 'early');
    expect(listener.chunks.join('')).to.equal('early');
  });

  /** The server's socket of a connection whose client has sent 'early'. */
  async function connected(): Promise<Socket> {
    const transport = await dial();
    transport.start(new Listener());
    transport.write(Buffer.from('early'));
    return accepted;
  }

  describe('over an accepted socket', () => {
    /** A pair of ends, and what the accepted one has heard. */
    async function acceptedPair(): Promise<{ peer: Transport; end: Transport; heard: Listener }> {
      accepted = once(server, 'connection').then(([socket]) => socket as Socket);
      const peer = await dial();
      const end = NetTransport.accepted(await accepted);
      ends.push(end);
      const heard = new Listener();
      peer.start(new Listener());
      end.start(heard);
      return { peer, end, heard };
    }

    it('tells the bytes that events would tell', async () => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i * 31));
      const { peer, heard } = await acceptedPair();
      peer.write(bytes);
      peer.endWrite();
      await heard.until(() => heard.told.includes('ended'));
      accepted = once(server, 'connection').then(([socket]) => socket as Socket);
      const other = await dial();
      const twin = new Listener();
      const byEvents = new NetTransport(await accepted, true);
      ends.push(byEvents);
      byEvents.start(twin);
      other.start(new Listener());
      other.write(bytes);
      other.endWrite();
      await twin.until(() => twin.told.includes('ended'));
      expect(heard.chunks.join('') === twin.chunks.join('')).to.equal(true);
      expect(heard.chunks.join('')).to.equal(bytes.toString('latin1'));
    });

    it('reads into one buffer, whatever socket it is', async () => {
      const [one, two] = [await acceptedPair(), await acceptedPair()];
      for (const text of ['a', 'b', 'c']) {
        for (const { peer, heard } of [one, two]) {
          const before = heard.chunks.length;
          peer.write(Buffer.from(text));
          await heard.until(() => heard.chunks.length > before);
        }
      }
      expect([one.heard.chunks, two.heard.chunks]).to.deep.equal([
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ]);
      expect(new Set([...one.heard.buffers, ...two.heard.buffers]).size).to.equal(1);
    });

    it('reads nothing between pause() and resume()', async () => {
      const { peer, end, heard } = await acceptedPair();
      peer.write(Buffer.from('a'));
      await heard.until(() => heard.chunks.length === 1);
      end.pause();
      peer.write(Buffer.alloc(1_000_000, 'b'));
      await settle();
      const before = heard.chunks.join('').length;
      end.resume();
      await heard.until(() => heard.chunks.join('').length === 1_000_001);
      expect(before).to.be.below(1_000_001);
    });

    it('takes its bytes by events where Node has nothing to read into', async () => {
      const socket = new PassThrough() as unknown as Socket;
      Object.assign(socket, { setNoDelay: () => socket });
      const end = NetTransport.accepted(socket);
      const heard = new Listener();
      end.start(heard);
      socket.push('abc');
      await heard.until(() => heard.chunks.length === 1);
      expect(heard.chunks).to.deep.equal(['abc']);
    });
  });

  it('sends what is written', async () => {
    const transport = await dial();
    transport.start(new Listener());
    const socket = await accepted;
    const isTaken = transport.write(Buffer.from('hello'));
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    expect([isTaken, bytes.toString()]).to.deep.equal([true, 'hello']);
  });

  it('answers false while the other end reads nothing, and tells when all has left', async () => {
    const transport = await dial();
    const listener = new Listener();
    transport.start(listener);
    const socket = await accepted;
    socket.pause();
    const piece = Buffer.alloc(1_000_000, 'x');
    let written = 0;
    let isTaken = true;
    while (isTaken) {
      isTaken = transport.write(piece);
      written += piece.length;
    }
    const before = [listener.told.length, transport.unsentBytes > 0];
    let received = 0;
    const all = new Promise<void>((resolve) => {
      socket.on('data', (bytes: Buffer) => {
        received += bytes.length;
        if (received === written) resolve();
      });
    });
    socket.resume();
    await Promise.all([all, listener.until(() => listener.told.includes('drained'))]);
    expect([before, listener.told, transport.unsentBytes]).to.deep.equal([
      [0, true],
      ['drained'],
      0,
    ]);
  });

  it('reads nothing between pause() and resume()', async () => {
    const transport = await dial();
    const listener = new Listener();
    transport.start(listener);
    const socket = await accepted;
    socket.write('a');
    await listener.until(() => listener.chunks.length === 1);
    transport.pause();
    socket.write('b'.repeat(1_000_000));
    await settle();
    const before = listener.chunks.join('').length;
    transport.resume();
    await listener.until(() => listener.chunks.join('').length === 1_000_001);
    expect(before).to.be.below(1_000_001);
  });

  it('tells the error that has closed it', async () => {
    const transport = await dial();
    const listener = new Listener();
    transport.start(listener);
    (await accepted).resetAndDestroy();
    await listener.until(() => listener.told.includes('closed'));
    expect((listener.closeError as NodeJS.ErrnoException).code).to.equal('ECONNRESET');
  });

  it('takes writes after its end for done', async () => {
    const transport = await dial();
    const listener = new Listener();
    transport.start(listener);
    transport.destroy();
    await listener.until(() => listener.told.includes('closed'));
    expect(transport.write(Buffer.from('late'))).to.equal(true);
  });

  describe('dialTcp()', () => {
    it('fails with the reason when nobody listens', async () => {
      const { signal } = new AbortController();
      await new Promise((resolve) => server.close(resolve));
      const error = await errorOf(dialTcp({ host: '127.0.0.1', port }, signal));
      server.listen({ host: '127.0.0.1', port: 0 });
      expect(error?.code).to.equal('ECONNREFUSED');
    });

    it('is given up by its signal', async () => {
      const controller = new AbortController();
      const failed = errorOf(dialTcp({ host: '127.0.0.1', port }, controller.signal));
      controller.abort();
      expect((await failed)?.name).to.equal('AbortError');
    });
  });
});
