import { expect } from 'chai';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { MESSAGES_PER_TURN } from '../../../src/services/messages/limits';
import { MessageSocket, type MessageHandler } from '../../../src/services/messages/message-socket';
import { hex } from '../../support/hex';

const UNSENT_BYTES_MAX = 65_536;
const OI = hex('0000 0001 0000 00000000 00000000');

describe('MessageSocket', () => {
  let listener: Server;
  let peer: Socket;
  let link: MessageSocket;

  const start = async (handler: Partial<MessageHandler>): Promise<void> => {
    listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    peer = connect((listener.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = (await once(listener, 'connection')) as [Socket];
    const ignore = () => undefined;
    const all = { onMessage: ignore, onUnknown: ignore, onClosed: ignore, ...handler };
    link = new MessageSocket(socket, all, UNSENT_BYTES_MAX);
  };
  afterEach(async () => {
    peer.destroy();
    link.destroy();
    await new Promise((resolve) => listener.close(resolve));
  });

  it('is not read while too much is unread, and goes on when that has been read', async () => {
    const COUNT = 1_000;
    const answer = Buffer.alloc(32_768);
    let most = 0;
    let done: () => void = () => undefined;
    const isDone = new Promise<void>((resolve) => (done = resolve));
    await start({
      onMessage: () => {
        most = Math.max(most, link.unsentBytes);
        link.send(answer);
        if (link.messagesRead === COUNT) done();
      },
    });
    peer.write(Buffer.concat(Array.from({ length: COUNT }, () => OI)));
    // 32 MB are more than the system takes for a reader that does not read.
    while (link.unsentBytes <= UNSENT_BYTES_MAX) await new Promise(setImmediate);
    expect(link.messagesRead).to.be.below(COUNT);
    peer.resume();
    await isDone;
    expect(most).to.be.at.most(UNSENT_BYTES_MAX);
  });

  it('lets others have their turn after some messages of one chunk', async () => {
    const seen: string[] = [];
    let done: () => void = () => undefined;
    const isDone = new Promise<void>((resolve) => (done = resolve));
    await start({
      onMessage: () => {
        if (seen.length === 0) setImmediate(() => seen.push('another'));
        seen.push('message');
        if (link.messagesRead === 3 * MESSAGES_PER_TURN) done();
      },
    });
    peer.write(Buffer.concat(Array.from({ length: 3 * MESSAGES_PER_TURN }, () => OI)));
    await isDone;
    expect(seen.indexOf('another')).to.equal(MESSAGES_PER_TURN);
  });

  it('sends what was sent in one turn in one write', async () => {
    await start({});
    const chunks: Buffer[] = [];
    peer.on('data', (chunk: Buffer) => chunks.push(chunk));
    for (let n = 0; n < 10; n++) link.send(OI);
    expect(link.unsentBytes).to.equal(140);
    while (Buffer.concat(chunks).length < 140) await new Promise(setImmediate);
    expect(chunks).to.have.length(1);
  });

  it('sends what it has, and then ends', async () => {
    await start({});
    link.send(OI);
    link.end();
    const chunks: Buffer[] = [];
    peer.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(peer, 'end');
    expect(Buffer.concat(chunks)).to.eql(OI);
  });

  it('reads nothing while it is held', async () => {
    const read: number[] = [];
    await start({
      onMessage: () => {
        read.push(link.messagesRead);
        link.hold();
      },
    });
    peer.write(Buffer.concat([OI, OI]));
    while (read.length === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(read).to.eql([1]);
    link.release();
    expect(read).to.eql([1, 2]);
  });
});
