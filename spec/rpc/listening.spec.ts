import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import { client, connect, formatAddress, Server } from '../../src/rpc/index';
import { errorOf, failureOf } from '../support/outcome';
import { note, plainHandlers, Probe } from '../support/probe-service';

const LOOPBACK = { port: 0, host: '127.0.0.1' };

describe('a server that listens', () => {
  it('tells the port that it has taken', async () => {
    const server = new Server();
    const { host, port } = await server.listen(LOOPBACK);
    const socket = connectSocket({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    socket.destroy();
    await server.close();
    expect(host).to.equal('127.0.0.1');
  });

  it('may listen at several addresses', async () => {
    const server = new Server().add(Probe, plainHandlers);
    const addresses = [await server.listen(LOOPBACK), await server.listen(LOOPBACK)];
    const texts = addresses.map(async (address) => {
      const channel = connect(formatAddress(address));
      const reply = await client(Probe, channel).echo(note('a'));
      await channel.close();
      return reply.text;
    });
    expect(await Promise.all(texts)).to.deep.equal(['a', 'a']);
    await server.close();
  });

  it('serves IPv6 and IPv4 when no host is given', async () => {
    const server = new Server().add(Probe, plainHandlers);
    const { port } = await server.listen({ port: 0 });
    const texts = [`127.0.0.1:${port}`, `[::1]:${port}`].map(async (address) => {
      const channel = connect(address);
      const reply = await client(Probe, channel).echo(note('a'));
      await channel.close();
      return reply.text;
    });
    expect(await Promise.all(texts)).to.deep.equal(['a', 'a']);
    await server.close();
  });

  it('cannot listen once it is closed', async () => {
    const server = new Server();
    await server.close();
    expect((await errorOf(server.listen(LOOPBACK)))?.message).to.equal(
      'the server has been closed',
    );
  });

  it('does not go on listening when it is closed while it begins to', async () => {
    const server = new Server();
    const listening = errorOf(server.listen(LOOPBACK));
    await server.close();
    expect((await listening)?.message).to.equal('the server has been closed');
  });

  it('reports a port that is taken', async () => {
    const one = new Server();
    const { port } = await one.listen(LOOPBACK);
    const error = await errorOf(new Server().listen({ ...LOOPBACK, port }));
    await one.close();
    expect(error?.code).to.equal('EADDRINUSE');
  });

  it('is gone for its clients when it is closed', async () => {
    const server = new Server().add(Probe, plainHandlers);
    const { port } = await server.listen(LOOPBACK);
    const channel = connect(`127.0.0.1:${port}`);
    await client(Probe, channel).echo(note('a'));
    await server.close();
    const { code, text } = await failureOf(client(Probe, channel).echo(note('a')));
    await channel.close();
    expect([code, text]).to.deep.equal([
      14,
      `cannot reach 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
    ]);
  });

  it('says why no address of a name can be reached', async () => {
    const server = new Server();
    const { port } = await server.listen(LOOPBACK);
    await server.close();
    const channel = connect(`localhost:${port}`);
    const { text } = await failureOf(client(Probe, channel).echo(note('a')));
    await channel.close();
    expect(text).to.match(new RegExp(`^cannot reach localhost:${port}: .*ECONNREFUSED`));
  });
});
