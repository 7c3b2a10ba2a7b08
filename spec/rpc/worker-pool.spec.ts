import { expect } from 'chai';
import {
  WorkerPool,
  type WorkerEvents,
  type WorkerProcess,
} from '../../src/rpc/server/worker-pool';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { errorOf } from '../support/outcome';

const ADDRESS = { host: '127.0.0.1', port: 5_555 };

/** A worker that does what the test says. */
class FakeWorker implements WorkerProcess {
  told: string[] = [];

  constructor(
    readonly pid: number,
    readonly events: WorkerEvents,
    readonly port: number | undefined,
  ) {}

  drain(): void {
    this.told.push('drain');
  }

  kill(): void {
    this.told.push('kill');
    this.events.onExit('SIGKILL');
  }
}

describe('WorkerPool', () => {
  let environment: FakeEnvironment;
  let started: FakeWorker[];
  let log: string[];
  let pool: WorkerPool;

  beforeEach(() => {
    environment = new FakeEnvironment();
    started = [];
    log = [];
    pool = new WorkerPool({
      count: 2,
      start: (events, port) => {
        const worker = new FakeWorker(100 + started.length, events, port);
        started.push(worker);
        return worker;
      },
      environment,
      log: (line) => log.push(line),
      killAfterMs: 15_000,
    });
  });

  const worker = (index: number): FakeWorker => started[index]!;
  const listen = () => started.forEach(({ events }) => events.onListening(ADDRESS));

  it('listens when every worker does', async () => {
    let address: unknown;
    void pool.listening.then((one) => (address = one));
    worker(0).events.onListening(ADDRESS);
    await settle();
    expect(address).to.equal(undefined);
    worker(1).events.onListening(ADDRESS);
    await settle();
    expect(address).to.deep.equal(ADDRESS);
  });

  it('starts a worker that dies again, and asks for the port as those that live have', async () => {
    listen();
    worker(0).events.onExit('SIGKILL');
    expect(log).to.deep.equal(['worker 100 ended by SIGKILL; another one is started in 100 ms']);
    await environment.advance(99);
    expect(started).to.have.length(2);
    await environment.advance(1);
    expect(started.map(({ port }) => port)).to.deep.equal([undefined, undefined, undefined]);
  });

  it('asks for the port that they had when none lives', async () => {
    listen();
    for (const { events } of started.slice()) events.onExit('SIGKILL');
    await environment.advance(100);
    expect(started.map(({ port }) => port)).to.deep.equal([undefined, undefined, 5_555, 5_555]);
  });

  it('ends a worker that listens elsewhere', async () => {
    listen();
    worker(0).events.onExit('SIGKILL');
    await environment.advance(100);
    worker(2).events.onListening({ ...ADDRESS, port: 6_666 });
    expect(worker(2).told).to.deep.equal(['kill']);
  });

  it('waits longer for each death in a row, and at most 10 s', async () => {
    listen();
    const delays: number[] = [];
    for (let i = 0; i < 9; i++) {
      started.at(i === 0 ? 0 : -1)?.events.onExit('exit code 1');
      delays.push(environment.timersDueInMs[0]!);
      await environment.advance(10_000);
    }
    expect(delays).to.deep.equal([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it('begins with the shortest wait again once a worker has been well', async () => {
    listen();
    worker(0).events.onExit('exit code 1');
    await environment.advance(100);
    worker(2).events.onListening(ADDRESS);
    await environment.advance(10_000);
    worker(2).events.onExit('exit code 1');
    expect(environment.timersDueInMs).to.deep.equal([100]);
  });

  it('gives up at the start when a worker cannot listen, and ends the others', async () => {
    worker(0).events.onFailed('the port is taken');
    expect(started.map(({ told }) => told)).to.deep.equal([['drain'], ['drain']]);
    for (const { events } of started) events.onExit('exit code 1');
    expect((await errorOf(pool.listening))?.message).to.equal('the port is taken');
    expect((await errorOf(pool.over))?.message).to.equal('the port is taken');
  });

  it('gives up when no worker stays alive', async () => {
    listen();
    for (let i = 0; i < 5; i++) {
      for (const { events } of started.slice(-2)) events.onExit('exit code 1');
      await environment.advance(10_000);
    }
    expect(started).to.have.length(10);
    expect((await errorOf(pool.over))?.message).to.equal(
      'no worker stays alive; the last one ended by exit code 1',
    );
  });

  it('does not give up while one worker is well', async () => {
    listen();
    for (let i = 0; i < 20; i++) {
      started.at(i === 0 ? 0 : -1)?.events.onExit('exit code 1');
      await environment.advance(10_000);
    }
    expect(started).to.have.length(22);
  });

  it('drains every worker, and starts none again', async () => {
    listen();
    const over = pool.close();
    expect(started.map(({ told }) => told)).to.deep.equal([['drain'], ['drain']]);
    for (const { events } of started) events.onExit('exit code 0');
    await over;
    await environment.advance(60_000);
    expect(started).to.have.length(2);
    expect(environment.timersPending).to.equal(0);
  });

  it('forgets a worker that was to be started again when it is closed', async () => {
    listen();
    worker(0).events.onExit('SIGKILL');
    void pool.close();
    worker(1).events.onExit('exit code 0');
    await pool.over;
    await environment.advance(60_000);
    expect(started).to.have.length(2);
  });

  it('closes when a worker asks for it', () => {
    listen();
    worker(1).events.onClose();
    expect(started.map(({ told }) => told)).to.deep.equal([['drain'], ['drain']]);
  });

  it('kills what has not drained in time', async () => {
    listen();
    const over = pool.close();
    worker(0).events.onExit('exit code 0');
    await environment.advance(14_999);
    expect(worker(1).told).to.deep.equal(['drain']);
    await environment.advance(1);
    expect(worker(1).told).to.deep.equal(['drain', 'kill']);
    await over;
  });
});
