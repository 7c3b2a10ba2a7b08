import { expect } from 'chai';
import { Refresher } from '../../../src/services/wallet/refresher';
import { Watchers } from '../../../src/services/wallet/watchers';
import { until } from '../../support/until';

const EVERY_MS = 5;

describe('Refresher', () => {
  let watchers: Watchers;
  let leave: AbortController;
  let holds: number;
  let reads: number;
  let refresher: Refresher;
  let read: () => Promise<number>;

  beforeEach(() => {
    watchers = new Watchers();
    leave = new AbortController();
    [holds, reads] = [10, 0];
    read = () => Promise.resolve(holds);
    refresher = new Refresher(
      watchers,
      () => {
        reads += 1;
        return read();
      },
      EVERY_MS,
    );
  });
  afterEach(() => leave.abort());

  const watch = () => watchers.watch('Bezos', () => 10, leave.signal);

  it('tells of a change that another server has made', async () => {
    const values = watch();
    await values.next();
    const stop = refresher.begin();
    holds = 7;
    expect((await values.next()).value).to.equal(7);
    stop();
  });

  it('reads nothing while nobody watches', async () => {
    const stop = refresher.begin();
    void watch().next();
    await until('it has read', () => reads > 0);
    stop();
    const before = reads;
    await new Promise((resolve) => setTimeout(resolve, 5 * EVERY_MS));
    expect(reads).to.be.at.most(before + 1);
  });

  it('does not tell what it has read before this server told something newer', async () => {
    const values = watch();
    await values.next();
    let answer: (value: number) => void = () => undefined;
    read = () => new Promise((resolve) => (answer = resolve));
    const stop = refresher.begin();
    await until('it reads', () => reads > 0);
    watchers.tell('Bezos', 3);
    refresher.told('Bezos');
    answer(10);
    expect((await values.next()).value).to.equal(3);
    read = () => Promise.resolve(2);
    expect((await values.next()).value).to.equal(2);
    stop();
  });

  it('reads as often as before when somebody comes while it reads', async () => {
    void watch().next();
    const answers: (() => void)[] = [];
    read = () => new Promise((resolve) => answers.push(() => resolve(holds)));
    const leaveFirst = refresher.begin();
    await until('it reads', () => reads === 1);
    leaveFirst();
    const leaveSecond = refresher.begin();
    answers[0]?.();
    await until('it reads again', () => reads === 2);
    await new Promise((resolve) => setTimeout(resolve, 5 * EVERY_MS));
    expect(reads).to.equal(2);
    answers[1]?.();
    leaveSecond();
  });

  it('goes on when a reading fails', async () => {
    const values = watch();
    await values.next();
    read = () => Promise.reject(new Error('no database'));
    const stop = refresher.begin();
    await until('it has failed', () => reads > 1);
    read = () => Promise.resolve(4);
    expect((await values.next()).value).to.equal(4);
    stop();
  });
});
