import { expect } from 'chai';
import { ChatSession } from '../../../src/services/messages/chat-session';
import { MessageServer } from '../../../src/services/messages/message-server';
import { RawClient } from './raw-client';

describe('ChatSession', () => {
  let server: MessageServer;
  let address: { host: string; port: number };
  let sessions: ChatSession[];
  let others: RawClient[];

  beforeEach(async () => {
    server = new MessageServer({ endingMs: 500 });
    address = { host: '127.0.0.1', port: await server.listen(0) };
    sessions = [];
    others = [];
  });
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.leave()));
    for (const other of others) other.destroy();
    await server.close();
  });

  const join = async (number?: number): Promise<ChatSession> => {
    const session = await ChatSession.join(address, number);
    if (session === undefined) throw new Error('taken');
    sessions.push(session);
    return session;
  };
  const other = async (id: number): Promise<RawClient> => {
    const client = await RawClient.client(address.port, id);
    others.push(client);
    return client;
  };
  /** Until so many lines are there, as `kind id text`. */
  const lines = async (session: ChatSession, count: number): Promise<string[]> => {
    while (session.lines.length < count) {
      await new Promise<void>((resolve) => {
        const stop = session.watch(() => {
          stop();
          resolve();
        });
      });
    }
    return session.lines.map(({ kind, id, text }) => `${kind} ${id} ${text}`);
  };

  it('is both emissor N and exibidor 1000 + N', async () => {
    const [one, two] = [await join(1), await join(2)];
    await one.type('oi');
    await two.type('@1001 olá');
    expect(await lines(one, 2)).to.eql(['message 1 oi', 'message 2 olá']);
    expect(await lines(two, 2)).to.eql(['message 1 oi', 'sent 1001 olá']);
  });

  it('knows who is there when it asks, and when somebody new says something', async () => {
    const one = await join(1);
    await one.refresh();
    while (one.clients.length === 0) await new Promise(setImmediate);
    expect(one.clients).to.eql([1, 1001]);
    const emissor = await other(7);
    emissor.send('0002 0007 03e9 00000001 00000000 0001 61');
    await lines(one, 1);
    while (one.clients.length < 3) await new Promise(setImmediate);
    expect(one.clients).to.eql([1, 7, 1001]);
    await one.type('/quem');
    expect((await lines(one, 2)).at(-1)).to.equal(
      'notice 0 Clientes ativos: emissores 1 7; exibidores 1001',
    );
  });

  it('turns what is refused, and what cannot be meant, into lines', async () => {
    const one = await join(1);
    await one.type('@1002 oi');
    await one.type('/x');
    await one.type('/quem 1002');
    expect(await lines(one, 3)).to.eql([
      'problem 0 o exibidor 1002 não está, ou sua fila está cheia',
      "problem 0 '/x' não é um comando; para enviar esse texto, escreva @0 /x",
      'problem 0 o exibidor 1002 não está, ou sua fila está cheia',
    ]);
  });

  it('takes no number of which one half is taken, and gives back the other half', async () => {
    await other(1001);
    expect(await ChatSession.join(address, 1)).to.equal(undefined);
    await other(1);
    await other(2);
    expect(await ChatSession.join(address, 2)).to.equal(undefined);
    await other(1002);
  });

  it('takes any number that is free', async () => {
    const session = await join();
    expect(session.number).to.be.within(1, 999);
  });

  it('keeps the newest thousand lines', async () => {
    const one = await join(1);
    for (let n = 0; n < 1_002; n++) await one.type('/x');
    expect(one.lines).to.have.length(1_000);
    expect(one.version).to.equal(1_002);
  });

  it('ends by /sair', async () => {
    const one = await join(1);
    await one.type('/sair');
    expect(await one.ended).to.equal('left');
  });

  it('ends when its own emissor or the server asks, and not when another does', async () => {
    const [one, two] = [await join(1), await join(2)];
    await two.type('/fim 1001');
    expect(await lines(one, 1)).to.eql(['message 2 /fim']);
    await one.type('/fim 1001');
    expect(await one.ended).to.equal('asked to end');
    const closed = server.close();
    expect(await two.ended).to.equal('asked to end');
    await closed;
  });

  it('ends when the server is lost', async () => {
    const one = await join(1);
    const lost = new MessageServer({ endingMs: 0 });
    const port = await lost.listen(0);
    const session = await ChatSession.join({ host: '127.0.0.1', port }, 1);
    const ended = session?.ended;
    await lost.close();
    expect(await ended).to.be.oneOf(['server lost', 'asked to end']);
    expect(one.lines).to.eql([]);
  });
});
