import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  MessageClient,
  randomIds,
  ServerLost,
  type MessageClientOptions,
} from '../../../src/services/messages/message-client';
import { errorOf } from '../../support/outcome';
import { RawClient } from './raw-client';

describe('MessageClient', () => {
  let listener: Server;
  let client: MessageClient;
  /** The server's end, which the test writes by hand. */
  let server: RawClient;

  const connect = async (options: MessageClientOptions = {}): Promise<void> => {
    const { port } = listener.address() as AddressInfo;
    const accepted = once(listener, 'connection') as Promise<[Socket]>;
    client = await MessageClient.connect({ host: '127.0.0.1', port }, options);
    server = new RawClient((await accepted)[0]);
  };
  /** Its OI, and an OK to it. */
  const identify = async (id: number): Promise<void> => {
    const identified = client.identify([id]);
    const oi = await server.take();
    server.send(`0003 0000 ${oi.slice(4, 8)} ${oi.slice(12)}`);
    expect(await identified).to.equal(id);
  };

  beforeEach(async () => {
    listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
  });
  afterEach(async () => {
    client.close();
    server.destroy();
    await new Promise((resolve) => listener.close(resolve));
  });

  it('numbers its messages from zero, and dates them', async () => {
    await connect();
    const beforeS = Math.floor(Date.now() / 1_000);
    const identified = client.identify([7]);
    const oi = await server.take();
    expect(oi).to.match(/^00000007000000000000/);
    expect(parseInt(oi.slice(20), 16)).to.be.within(beforeS, Date.now() / 1_000);
    server.send('0003 0000 0007 00000000 00000000');
    await identified;
    void client.sendText(1001, 'oi').catch(() => undefined);
    expect(await server.take(18)).to.match(/^0002000703e900000001.{8}00026f69$/);
    void client.askWho(1001).catch(() => undefined);
    expect(await server.take()).to.match(/^0005000703e900000002/);
  });

  it('tries one identifier after another on the same connection', async () => {
    await connect();
    const identified = client.identify([1001, 1002]);
    expect(await server.take()).to.match(/^000003e9000000000000/);
    server.send('0004 0000 03e9 00000000 00000000');
    expect(await server.take()).to.match(/^000003ea000000000001/);
    server.send('0003 0000 03ea 00000001 00000000');
    expect(await identified).to.equal(1002);
    expect(client.id).to.equal(1002);
  });

  it('says so when the server takes none', async () => {
    await connect();
    const identified = client.identify([5]);
    await server.take();
    server.send('0004 0000 0005 00000000 00000000');
    expect(await identified).to.equal(undefined);
  });

  it('tells OK and ERRO apart, by the sequence and in any order', async () => {
    await connect();
    await identify(1);
    const answers = [client.sendText(0, 'a'), client.sendText(0, 'b'), client.sendText(0, 'c')];
    server.send('0004 0000 0001 00000002 00000000 0003 0000 0001 00000003 00000000');
    server.send('0003 0000 0001 00000001 00000000');
    expect(await Promise.all(answers)).to.eql([true, false, true]);
  });

  it('answers a MSG when it has been shown and not before, with its sequence and timestamp', async () => {
    let shown: () => void = () => undefined;
    const texts: string[] = [];
    await connect({
      show: (message) => {
        texts.push('text' in message ? message.text.toString() : message.clients.join());
        return new Promise((resolve) => (shown = resolve));
      },
    });
    await identify(1001);
    server.send(
      '0002 0001 03e9 00000007 00000009 0001 61 0002 0002 03e9 00000008 0000000a 0001 62',
    );
    while (texts.length === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(texts).to.eql(['a']);
    shown();
    expect(await server.take()).to.equal('000303e900000000000700000009');
    expect(texts).to.eql(['a', 'b']);
    shown();
    expect(await server.take()).to.equal('000303e90000000000080000000a');
  });

  it('shows a list and does not answer it', async () => {
    const shown: unknown[] = [];
    await connect({ show: (message) => void shown.push('clients' in message && message.clients) });
    await identify(1001);
    server.send('0006 0000 03e9 00000001 00000000 0002 0001 03e9');
    server.send('0002 0001 03e9 00000002 00000000 0000');
    expect(await server.take()).to.match(/^000303e9000000000002/);
    expect(shown).to.eql([[1, 1001], false]);
  });

  it('answers with its number a MSG that comes with the OK to its OI', async () => {
    await connect();
    const identified = client.identify([1001]);
    await server.take();
    server.send('0003 0000 03e9 00000000 00000000 0002 0001 03e9 00000005 00000006 0001 61');
    expect(await server.take()).to.equal('000303e900000000000500000006');
    expect(await identified).to.equal(1001);
  });

  it('says FLW and closes after the answer', async () => {
    await connect();
    await identify(1);
    const left = client.leave();
    expect(await server.take()).to.match(/^000100010000/);
    expect(server.isEnded).to.equal(false);
    server.send('0003 0000 0001 00000001 00000000');
    await left;
    await server.ended();
  });

  it('answers ERRO to what no server sends', async () => {
    await connect();
    await identify(1);
    server.send('0005 0000 0001 00000004 00000005');
    expect(await server.take()).to.equal('0004000100000000000400000005');
  });

  for (const [name, happens] of [
    ['closes the connection', () => server.socket.end()],
    ['resets the connection', () => server.socket.resetAndDestroy()],
    ['sends an unknown type', () => server.send('0007 0000 0001 00000000 00000000')],
  ] as const) {
    it(`fails what is unanswered, and what comes later, when the server ${name}`, async () => {
      await connect();
      await identify(1);
      const sent = client.sendText(0, 'a');
      await server.take(17);
      happens();
      expect(await errorOf(sent)).to.be.instanceOf(ServerLost);
      await client.closed;
      expect(await errorOf(client.sendText(0, 'b'))).to.be.instanceOf(ServerLost);
    });
  }

  it('gives up a server that does not answer in time', async () => {
    await connect({ answerMs: 30 });
    const error = await errorOf(client.identify([1]));
    expect(error).to.be.instanceOf(ServerLost).with.property('message').that.contains('0.03 s');
    await client.closed;
  });

  it('closes when what it is sent cannot be shown', async () => {
    await connect({ show: () => Promise.reject(new Error('EPIPE')) });
    await identify(1001);
    server.send('0002 0001 03e9 00000007 00000009 0001 61');
    await client.closed;
    await server.ended();
  });

  it('fails when nobody listens', async () => {
    await connect();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await new Promise((resolve) => other.close(resolve));
    const error = await errorOf(MessageClient.connect({ host: '127.0.0.1', port }));
    expect(error).to.be.instanceOf(ServerLost);
    expect(error?.message).to.equal(`não há servidor em 127.0.0.1:${port}`);
  });

  it('sends what it is given as bytes, unchanged', async () => {
    await connect();
    await identify(1);
    void client.sendText(1001, Buffer.of(0xff, 0x00)).catch(() => undefined);
    expect(await server.take(18)).to.match(/0002ff00$/);
  });
});

describe('randomIds', () => {
  it('has every number of the range once', () => {
    const ids = [...randomIds(1, 999)];
    expect(ids.toSorted((a, b) => a - b)).to.eql(Array.from({ length: 999 }, (_, i) => i + 1));
  });
});
