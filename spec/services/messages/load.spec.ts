import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { Stage, type Program } from '../../programs/support/program';
import { Load } from './load';
import { StoppedExibidores } from './stopped-exibidores';

const DESCRIPTORS_MIN = 3_000;

// The short form of spec/soak/messages.ts: what is counted, not how long it takes.
describe('the message system under load', function () {
  this.timeout(60_000);
  const stage = new Stage();
  let server: Program;
  let port: string;

  beforeEach(async () => {
    server = stage.start('servidor', []);
    port = (await server.nextLine()).split(' ').at(-1) ?? '';
  });
  afterEach(() => stage.clear());

  it('30 emissores and 40 exibidores, as promised: every message to every exibidor', async () => {
    const load = await Load.join(Number(port), 30, 40);
    expect((await load.broadcast(300, 30)).deliveries).to.equal(300 * 40);
    expect((await load.sendToOne(300, 30)).deliveries).to.equal(300);
    await load.leave();
  });

  it('all 999 emissores and 1 000 exibidores at once (needs ulimit -n 3000)', async function () {
    if (!hasDescriptors()) this.skip();
    const load = await Load.join(Number(port), 999, 1_000);
    expect((await load.broadcast(10, 5)).deliveries).to.equal(10_000);
    expect((await load.sendToOne(999, 999)).deliveries).to.equal(999);
    await load.leave();
  });

  it('10 exibidores that are stopped: the others get all, and those are told what they missed', async () => {
    const load = await Load.join(Number(port), 3, 20);
    const stopped = await StoppedExibidores.start(stage, `127.0.0.1:${port}`, 1_900, 10);
    await load.broadcast(20, 10);
    stopped.stop();
    // More than the window (64) and the queue (256) take.
    expect((await load.broadcast(400, 10)).deliveries).to.equal(400 * 20);
    stopped.goOn();
    await load.broadcast(20, 10);
    await load.leave();
    server.child.kill('SIGINT');
    for (const { shown, missed } of await stopped.counts()) {
      expect(shown + missed).to.equal(440);
      expect(missed).to.be.within(60, 120);
    }
  });
});

/** Each end of each connection is one, and other specs have theirs. */
function hasDescriptors(): boolean {
  if (process.env.CI === 'true') return true;
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' });
  return stdout.trim() === 'unlimited' || Number(stdout) >= DESCRIPTORS_MIN;
}
