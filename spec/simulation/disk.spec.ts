import { expect } from 'chai';
import { Random } from '../fuzz/random-bytes';
import { Disk } from './disk';
import { Scheduler } from './scheduler';
import { SimulatedProcess } from './simulated-process';

describe('A simulated disk', () => {
  const EMPTY = { lines: [], kept: [] };
  let scheduler: Scheduler;
  let disk: Disk;
  let process: SimulatedProcess;
  beforeEach(() => {
    scheduler = new Scheduler();
    disk = new Disk(scheduler, new Random(1), { syncMs: 10, full: 0, broken: 0 });
    process = new SimulatedProcess('host', scheduler, new Random(1), 0);
  });
  const settle = () => scheduler.run(() => false, 1_000);

  it('keeps what was synced when the power goes', async () => {
    disk.records.push(EMPTY, EMPTY);
    disk.sync(process, () => undefined);
    await settle();
    disk.crash('power');
    expect(disk.records.length).to.equal(2);
  });

  it('loses some of what was only written, from the last on, in one crash or another', () => {
    const left = new Set<number>();
    for (let crash = 0; crash < 50; crash++) {
      disk.records.length = disk.synced = 0;
      disk.records.push(EMPTY, EMPTY);
      disk.crash('power');
      left.add(disk.records.length);
    }
    expect([...left].sort()).to.eql([0, 1, 2]);
  });

  it('keeps what was written when only the process ends', () => {
    disk.records.push(EMPTY);
    disk.crash('killed');
    expect(disk.synced).to.equal(1);
  });

  it('tells nobody of a sync whose process has ended', async () => {
    let told = 0;
    disk.sync(process, () => (told += 1));
    process.kill();
    await settle();
    expect(told).to.equal(0);
  });

  it('takes away what a full disk had no room for', async () => {
    disk.options = { ...disk.options, full: 1 };
    disk.records.push(EMPTY);
    disk.sync(process, () => undefined);
    await settle();
    expect(disk.records.length).to.equal(0);
  });
});

describe('A simulated process', () => {
  it('ends behind as many promises as was said, and then does nothing any more', async () => {
    const scheduler = new Scheduler();
    const process = new SimulatedProcess('host', scheduler, new Random(1), 0);
    const done: number[] = [];
    process.crashSoon(3, () => process.kill());
    process.setTimer(1, () => {
      void (async () => {
        for (let step = 0; step < 10; step++) {
          if (process.isAlive) done.push(step);
          await Promise.resolve();
        }
      })();
    });
    await scheduler.run(() => false, 10);
    expect(done.length).to.be.within(2, 5);
  });
});
