import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import {
  client,
  connect,
  Server,
  serveOnWorkers,
  StatusCode,
  type Channel,
} from '../../src/rpc/index';
import { failureOf } from '../support/outcome';
import { note, Probe } from '../support/probe-service';

const PROGRAM = join(__dirname, '..', 'support', 'worker-program.ts');
const WAIT = { timeoutMs: 8_000, waitForReady: true };

describe('serveOnWorkers', function () {
  this.timeout(30_000);
  const channels: Channel[] = [];
  let program: ChildProcess;
  let exit: Promise<{ code: number | null; signal: string | null }>;
  let stderr: string;

  /** Starts the program; resolves to its port, or to '' when it ends without one. */
  async function start(port = 0): Promise<string> {
    stderr = '';
    const args = ['-r', 'ts-node/register', PROGRAM, String(port)];
    program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    program.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    exit = new Promise((resolve) => {
      program.once('close', (code, signal) => resolve({ code, signal }));
    });
    for await (const line of createInterface(program.stdout!)) return line;
    return '';
  }

  function open(port: string) {
    const channel = connect(`127.0.0.1:${port}`);
    channels.push(channel);
    return client(Probe, channel);
  }

  /** The process that answers on a connection of its own. */
  async function workerOf(probe: ReturnType<typeof open>): Promise<number> {
    return Number((await probe.echo(note('who'), WAIT)).text);
  }

  /** Clients of two workers. */
  async function openBoth(port: string) {
    const one = open(port);
    const two = open(port);
    const pids = [await workerOf(one), await workerOf(two)] as const;
    return { one, two, pids };
  }

  afterEach(async () => {
    program.kill('SIGKILL');
    await Promise.all([exit, ...channels.splice(0).map((channel) => channel.close())]);
  });

  it('gives connections to the workers in turn, all at one port', async () => {
    const port = await start();
    const pids: number[] = [];
    for (let i = 0; i < 8; i++) pids.push(await workerOf(open(port)));
    const counts = [...new Set(pids)].map((pid) => pids.filter((one) => one === pid).length);
    expect(counts).to.deep.equal([4, 4]);
  });

  it('loses with a worker its own calls only, and starts another one', async () => {
    const port = await start();
    const { one, two, pids } = await openBoth(port);
    const other = two.echo(note('wait'), WAIT);
    const lost = await failureOf(one.echo(note('die'), WAIT));
    expect(lost.code).to.equal(StatusCode.UNAVAILABLE);
    expect(Number((await other).text)).to.equal(pids[1]);
    let replaced: number = pids[0];
    while (pids.includes(replaced)) {
      await sleep(100);
      replaced = await workerOf(open(port));
    }
    expect(stderr).to.match(
      new RegExp(`^fio: worker ${pids[0]} ended by SIGKILL; another one is started in 100 ms\n$`),
    );
  });

  it('answers the calls of every worker after SIGTERM, then ends', async () => {
    const port = await start();
    const { one, two, pids } = await openBoth(port);
    const calls = [one.echo(note('wait'), WAIT), two.echo(note('wait'), WAIT)];
    await sleep(100); // Both calls must have come: nothing tells us from outside.
    program.kill('SIGTERM');
    const answers = (await Promise.all(calls)).map(({ text }) => Number(text));
    expect(answers).to.deep.equal(pids);
    expect(await exit).to.deep.equal({ code: 0, signal: null });
    expect(stderr).to.equal('');
  });

  it('ends at once for a second SIGTERM', async () => {
    const port = await start();
    const { one } = await openBoth(port);
    const lost = failureOf(one.echo(note('wait'), WAIT));
    await sleep(100);
    program.kill('SIGTERM');
    await sleep(50);
    program.kill('SIGTERM');
    expect(await exit).to.deep.equal({ code: null, signal: 'SIGTERM' });
    expect((await lost).code).to.equal(StatusCode.UNAVAILABLE);
  });

  it('ends all workers when one of them asks for it', async () => {
    const port = await start();
    expect(await workerOf(open(port))).to.be.greaterThan(0);
    await open(port).echo(note('close'), WAIT);
    expect(await exit).to.deep.equal({ code: 0, signal: null });
  });

  it('answers what runs when the process that keeps the workers is killed', async () => {
    const port = await start();
    const { one, pids } = await openBoth(port);
    const call = one.echo(note('wait'), WAIT);
    await sleep(100);
    program.kill('SIGKILL');
    expect(Number((await call).text)).to.equal(pids[0]);
    // Its output is closed when the last worker is gone.
    await exit;
  });

  it('says it once when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    expect(await start((taken.address() as AddressInfo).port)).to.equal('');
    expect((await exit).code).to.equal(1);
    taken.close();
    expect(stderr).to.match(/^failed: (bind|listen) EADDRINUSE[^\n]*\n$/);
  });
});

describe('serveOnWorkers, without workers', () => {
  for (const workers of [0, -1, 1.5, 257, NaN]) {
    it(`refuses ${workers} of them`, () => {
      const serve = () => serveOnWorkers({ workers, port: 0 }, () => new Server());
      expect(serve).to.throw(RangeError, 'workers must be a whole number from 1 to 256');
    });
  }
});
