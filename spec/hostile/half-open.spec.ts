import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { expect } from 'chai';
import { client, connect, type Channel } from '../../src/rpc/index';
import { failureOf } from '../support/outcome';
import { note, Probe } from '../support/probe-service';
import { PREFACE_HEX } from '../support/raw-frames';
import { VictimProcess } from './support/victim-process';

const PING = { pingEveryMs: 300, pingAnswerMsMax: 300 };
/** The interval and the answer's time; and ten times that, for a busy machine. */
const FOUND_MS_MIN = 300;
const FOUND_MS_MAX = 6_000;

/** HELLO of a client that may be asked as often as we like. */
const HELLO =
  '00000016 00000000 01 00 0000 0000 0000  0001 0001 00400000 00000400 00000000 00000000 0000';

describe('a peer that is there no more, and nobody says so', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let channel: Channel | undefined;
  afterEach(async () => {
    await victim.stop();
    await channel?.close();
    channel = undefined;
  });

  it('is found by a client: its process stands still (SIGSTOP)', async () => {
    victim = await VictimProcess.server({ limits: { pingIntervalMsMin: 0 } });
    channel = connect(`127.0.0.1:${victim.port}`, { limits: PING });
    const probe = client(Probe, channel);
    await probe.echo(note(''));
    const call = probe.hold(note(''));
    victim.freeze();
    const startMs = performance.now();
    const { code } = await failureOf(call);
    expect(code).to.equal(14);
    expect(performance.now() - startMs).to.be.within(FOUND_MS_MIN, FOUND_MS_MAX);
  });

  it('is found by a server: it reads and says nothing', async () => {
    victim = await VictimProcess.server({ limits: PING });
    const peer = (await victim.stranger()).send(`${PREFACE_HEX} ${HELLO}`);
    await peer.frame(1);
    const startMs = performance.now();
    await peer.ended();
    expect(performance.now() - startMs).to.be.within(FOUND_MS_MIN, FOUND_MS_MAX);
    expect(peer.framesOf(7).length).to.equal(1);
  });
});

/** Why packets cannot be dropped here; undefined when they can. */
function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, for network namespaces';
  if (spawnSync('ip', ['-V']).error !== undefined) return 'needs ip, of the package iproute2';
  const tried = spawnSync('unshare', ['--net', 'true']);
  return tried.status === 0 ? undefined : 'needs network namespaces';
}

const reason = process.env.CI === 'true' ? undefined : obstacle();

/**
 * In a network namespace of its own: a server and a client, a call in progress, and then a loopback
 * that drops everything.
 */
const SCRIPT = `
const { client, connect, Server } = require('./src/rpc/index');
const { note, plainHandlers, Probe } = require('./spec/support/probe-service');
const { execFileSync } = require('node:child_process');
const limits = { pingEveryMs: 300, pingAnswerMsMax: 300, pingIntervalMsMin: 0 };
(async () => {
  let lostAtServer;
  const server = new Server({ limits, log: () => undefined });
  const lost = new Promise((resolve) => (lostAtServer = resolve));
  server.add(Probe, {
    ...plainHandlers,
    hold: (request, context) => {
      context.signal.addEventListener('abort', () => lostAtServer(performance.now()));
      return plainHandlers.hold(request, context);
    },
  });
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' });
  const channel = connect('127.0.0.1:' + port, { limits });
  const probe = client(Probe, channel);
  await probe.echo(note(''));
  const call = probe.hold(note('')).then(() => 'answered', ({ code }) => code);
  await new Promise((resolve) => setTimeout(resolve, 50));
  execFileSync('ip', ['link', 'set', 'lo', 'down']);
  const startMs = performance.now();
  const code = await call;
  const clientMs = performance.now() - startMs;
  const serverMs = (await lost) - startMs;
  console.log(JSON.stringify({ code, clientMs, serverMs }));
  process.exit();
})();
`;

(reason === undefined ? describe : describe.skip)(
  `a network that drops everything${reason === undefined ? '' : ` (${reason})`}`,
  function () {
    this.timeout(20_000);

    it('is found by both ends', () => {
      const node = `${process.execPath} -r ts-node/register -e "$0"`;
      const { stdout, stderr } = spawnSync(
        'unshare',
        ['--net', 'sh', '-c', `ip link set lo up && exec ${node}`, SCRIPT],
        { encoding: 'utf8', timeout: 15_000, env: { ...process.env, NODE_V8_COVERAGE: undefined } },
      );
      expect(stdout, stderr).to.match(/^\{.*\}\n$/);
      const found = JSON.parse(stdout) as { code: number; clientMs: number; serverMs: number };
      expect(found.code).to.equal(14);
      expect(found.clientMs).to.be.within(FOUND_MS_MIN, FOUND_MS_MAX);
      expect(found.serverMs).to.be.within(FOUND_MS_MIN, FOUND_MS_MAX);
    });
  },
);
