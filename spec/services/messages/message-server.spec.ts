import { expect } from 'chai';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { HUB_LIMITS } from '../../../src/services/messages/limits';
import { MessageServer } from '../../../src/services/messages/message-server';
import { RawClient } from './raw-client';

describe('MessageServer', () => {
  let server: MessageServer;
  let port: number;
  let clients: RawClient[];

  const start = async (options: ConstructorParameters<typeof MessageServer>[0] = {}) => {
    server = new MessageServer(options);
    port = await server.listen(0);
  };
  const join = async (id: number): Promise<RawClient> => {
    const client = await RawClient.client(port, id);
    clients.push(client);
    return client;
  };
  const connect = async (): Promise<RawClient> => {
    const client = await RawClient.connect(port);
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    clients = [];
    await start();
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    await server.close();
  });

  const OI_1 = '0000 0001 0000 00000000 00000000';
  const OK_1 = '0003 0000 0001 00000000 00000000'.replaceAll(' ', '');
  const TEXT = '0002 0001 0000 00000001 00000000 0001 61';

  /** It goes on: somebody new can send to somebody new. */
  const expectAlive = async (): Promise<void> => {
    const exibidor = await join(1500);
    const emissor = await join(500);
    emissor.send('0002 01f4 05dc 00000009 00000000 0002 6f69');
    expect(await emissor.take()).to.equal('0003000001f40000000900000000');
    expect(await exibidor.take(18)).to.match(/^000201f405dc00000009.{8}00026f69$/);
  };

  it('takes a header that comes byte by byte', async () => {
    const client = await connect();
    for (const byte of Buffer.from(OI_1.replaceAll(' ', ''), 'hex')) {
      client.send(byte.toString(16).padStart(2, '0'));
      await new Promise(setImmediate);
    }
    expect(await client.take()).to.equal(OK_1);
  });

  it('takes messages that come together, more of them than one turn handles', async () => {
    const exibidor = await join(1001);
    const client = await connect();
    client.send(`${OI_1} ${`${TEXT} `.repeat(50)} 0001 0001 0000 00000002 00000000`);
    const answers = await client.take(14 * 52);
    expect(answers.match(/.{28}/g)?.map((answer) => answer.slice(0, 4))).to.eql(
      Array.from({ length: 52 }, () => '0003'),
    );
    expect(await exibidor.take(17 * 50)).to.match(/^(0002000103e900000001.{8}000161){50}$/);
  });

  it('answers FLW of a client that closes at once, and goes on', async () => {
    const client = await join(1);
    client.send('0001 0001 0000 00000001 00000000').socket.end();
    expect(await client.take()).to.equal('0003000000010000000100000000');
    await client.ended();
    await expectAlive();
  });

  it('survives clients that reset their connection right after FLW', async () => {
    for (let id = 1; id <= 20; id++) {
      const client = await join(id);
      client.send(`0001 ${id.toString(16).padStart(4, '0')} 0000 00000001 00000000`);
      client.socket.resetAndDestroy();
    }
    await expectAlive();
  });

  it('frees the number of a client that is reset in the middle of a message', async () => {
    const client = await join(1);
    client.send('0002 0001 0000 0000').socket.resetAndDestroy();
    await once(client.socket, 'close');
    await expectAlive();
    expect(await (await connect()).send(OI_1).take()).to.equal(OK_1);
  });

  it('says ERRO to an unknown type, closes that connection, and goes on', async () => {
    const client = await join(1);
    client.send(`0009 0001 0000 00000001 00000002 ${TEXT}`);
    expect(await client.take()).to.equal('0004000000010000000100000002');
    await client.ended();
    await expectAlive();
  });

  it('says ERRO to a text that is too long, whatever its length, and stays in step', async () => {
    const client = await join(1);
    client.send(`0002 0001 0000 00000001 00000000 ffff ${'61'.repeat(65_535)} ${TEXT}`);
    expect(await client.take()).to.equal('0004000000010000000100000000');
    expect(await client.take()).to.equal('0003000000010000000100000000');
  });

  it('closes a connection whose message does not end', async () => {
    await server.close();
    await start({ tickMs: 10, limits: { messageMs: 50 } });
    const [stuck, whole] = [await join(1), await join(2)];
    stuck.send('0002 0001 0000');
    await stuck.ended();
    expect(whole.isEnded).to.equal(false);
    await expectAlive();
  });

  it('does not close one whose messages are always cut but do end', async () => {
    await server.close();
    await start({ tickMs: 10, limits: { messageMs: 100 } });
    const client = await join(1);
    client.send(TEXT.slice(0, 19));
    const startMs = performance.now();
    while (performance.now() - startMs < 250) {
      client.send(`${TEXT.slice(19)} ${TEXT.slice(0, 19)}`);
      expect(await client.take()).to.equal('0003000000010000000100000000');
    }
  });

  describe('with an exibidor that reads nothing', () => {
    it('sends the others all that there is, and stays within its limits', async function () {
      this.timeout(20_000);
      const stopped = await join(1001);
      stopped.socket.pause();
      const quick = await join(1002);
      const emissor = await join(1);
      const text = '61'.repeat(140);
      const rounds = HUB_LIMITS.unansweredMax + HUB_LIMITS.waitingMax + 200;
      for (let n = 1; n <= rounds; n++) {
        const sequence = n.toString(16).padStart(8, '0');
        emissor.send(`0002 0001 0000 ${sequence} 00000000 008c ${text}`);
        const message = await quick.take(156);
        expect(message.slice(12, 20)).to.equal(sequence);
        quick.send(`0003 03ea 0000 ${sequence} ${message.slice(20, 28)}`);
        await emissor.take();
      }
      stopped.socket.resume();
      const first = await stopped.take(156 * HUB_LIMITS.unansweredMax);
      expect(first.slice(12, 20)).to.equal('00000001');
    });
  });

  describe('close()', () => {
    it('asks exibidores to end, waits for their FLW, and closes the others', async () => {
      const exibidor = await join(1001);
      const emissor = await join(1);
      const closed = server.close();
      const request = await exibidor.take(20);
      expect(request).to.match(/^0002000003e900000000.{8}00042f66696d$/);
      exibidor.send(`0003 03e9 0000 00000000 ${request.slice(20, 28)}`);
      exibidor.send('0001 03e9 0000 00000001 00000000');
      expect(await exibidor.take()).to.equal('0003000003e90000000100000000');
      await emissor.ended();
      for (const client of clients) client.destroy();
      await closed;
    });

    it('does not wait for ever for an exibidor that does not go', async () => {
      await server.close();
      await start({ endingMs: 100 });
      const exibidor = await join(1001);
      exibidor.socket.pause();
      await server.close();
      const late = await RawClient.connect(port).catch((error: unknown) => error);
      expect(late).to.have.property('code', 'ECONNREFUSED');
    });
  });
});
