import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { expect } from 'chai';
import {
  ClosedEarly,
  createTcpClientSocket,
  createTcpServerSocket,
  receiveAll,
} from '../../../src/services/dictionary/sockets';
import { errorOf } from '../../support/outcome';

describe('sockets of the TCP guide', () => {
  let server: Server;
  let client: Socket;
  let accepted: Socket;

  beforeEach(async () => {
    server = await createTcpServerSocket('127.0.0.1', 0, 1);
    const accepting = once(server, 'connection') as Promise<[Socket]>;
    client = await createTcpClientSocket('127.0.0.1', (server.address() as AddressInfo).port);
    [accepted] = await accepting;
  });
  afterEach(() => {
    for (const socket of [client, accepted]) socket.destroy();
    server.close();
  });

  /** Sends piece by piece, each when the one before is under way. */
  async function send(...pieces: string[]): Promise<void> {
    for (const piece of pieces) {
      await new Promise((resolve) => client.write(piece, resolve));
      await new Promise(setImmediate);
    }
  }

  it('receive as many bytes as were asked for', async () => {
    await send('Vamos aprender isto!');
    expect((await receiveAll(accepted, 5)).toString()).to.equal('Vamos');
  });

  it('leave what comes behind for the next time', async () => {
    await send('Vamos aprender');
    await receiveAll(accepted, 6);
    expect((await receiveAll(accepted, 8)).toString()).to.equal('aprender');
  });

  it('put together what TCP has cut', async () => {
    const receiving = receiveAll(accepted, 20);
    await send('Vamos', ' ', 'aprender', ' isto!');
    expect((await receiving).toString()).to.equal('Vamos aprender isto!');
  });

  it('receive nothing when nothing is asked for', async () =>
    expect((await receiveAll(accepted, 0)).length).to.equal(0));

  it('receive a megabyte', async () => {
    const bytes = Buffer.alloc(1_048_576, 7);
    client.write(bytes);
    expect((await receiveAll(accepted, bytes.length)).equals(bytes)).to.equal(true);
  });

  it('say how much was missing when the peer closes early', async () => {
    const receiving = errorOf(receiveAll(accepted, 20));
    client.end('Vamos');
    const error = await receiving;
    expect(error).to.be.instanceOf(ClosedEarly);
    expect(error?.message).to.equal('the peer closed the connection after 5 of 20 bytes');
  });

  it('say it at once when the peer had closed before', async () => {
    client.end('Vamos');
    await receiveAll(accepted, 5);
    expect(await errorOf(receiveAll(accepted, 1))).to.be.instanceOf(ClosedEarly);
    expect(await errorOf(receiveAll(accepted, 1))).to.be.instanceOf(ClosedEarly);
  });

  it('end when the connection is reset', async () => {
    const receiving = errorOf(receiveAll(accepted, 20));
    client.resetAndDestroy();
    expect(await receiving).to.be.instanceOf(Error);
  });

  it('leave no listener behind', async () => {
    const before = accepted.listenerCount('readable') + accepted.listenerCount('close');
    await send('a');
    await receiveAll(accepted, 1);
    expect(accepted.listenerCount('readable') + accepted.listenerCount('close')).to.equal(before);
  });

  it('refuse an address that is taken', async () => {
    const { port } = server.address() as AddressInfo;
    const error = await errorOf(createTcpServerSocket('127.0.0.1', port, 1));
    expect(error?.code).to.equal('EADDRINUSE');
  });

  it('refuse to connect where nobody listens', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => {
      server.close(resolve);
      client.destroy();
      accepted.destroy();
    });
    const error = await errorOf(createTcpClientSocket('127.0.0.1', port));
    expect(error?.code).to.equal('ECONNREFUSED');
  });
});
