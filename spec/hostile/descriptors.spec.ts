import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { ECHO_CALL } from '../support/probe-frames';
import { VictimProcess } from './support/victim-process';

const DESCRIPTORS = 80;
const CONNECTIONS = 200;
const WATCHED_MS = 500;

describe(`${CONNECTIONS} connections to a server that may have ${DESCRIPTORS} descriptors (GLSA 202210-33)`, function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let served: HostilePeer;
  let busyMs = 0;
  const sockets: Socket[] = [];

  before(async () => {
    victim = await VictimProcess.server({}, DESCRIPTORS);
    served = await victim.guest();
    for (let count = 0; count < CONNECTIONS; count++) {
      const socket = connect({ host: '127.0.0.1', port: victim.port });
      socket.on('error', () => undefined);
      sockets.push(socket);
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    }
    const { cpuMs } = await victim.condition();
    await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
    busyMs = (await victim.condition()).cpuMs - cpuMs;
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await victim.stop();
  });

  it('leave those served that were there before', async () => {
    expect((await served.send(ECHO_CALL).frame(4)).code).to.equal(0);
  });

  it('do not make it spin', () => {
    // Measuring itself takes most of it.
    expect(busyMs).to.be.below(WATCHED_MS / 2);
  });

  it('let others in when they have gone', async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const peer = await victim.guest();
    expect((await peer.send(hex(ECHO_CALL)).frame(4)).code).to.equal(0);
  });
});
