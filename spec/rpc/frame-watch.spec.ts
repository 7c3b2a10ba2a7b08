import { expect } from 'chai';
import { deadlinesOf } from '../../src/rpc/deadlines';
import { FrameWatch } from '../../src/rpc/frame-watch';
import { FakeEnvironment } from '../support/fake-environment';

describe('FrameWatch', () => {
  let environment: FakeEnvironment;
  let decoder: { isMidFrame: boolean };
  let watch: FrameWatch;
  let isLate: boolean;

  beforeEach(() => {
    environment = new FakeEnvironment();
    decoder = { isMidFrame: false };
    isLate = false;
    watch = new FrameWatch(deadlinesOf(environment, false), decoder, 30_000, {
      failWith: () => (isLate = true),
    });
  });

  /** A chunk after which so many more frames are whole, and perhaps one is cut. */
  function chunk(framesWhole: number, isMidFrame: boolean): void {
    for (let count = 0; count < framesWhole; count++) watch.onFrame();
    decoder.isMidFrame = isMidFrame;
    watch.check();
  }

  it('sets no timer while frames come whole', () => {
    chunk(3, false);
    expect(environment.timersPending).to.equal(0);
  });

  it('sets one timer for any number of frames that are cut', () => {
    for (let count = 0; count < 5; count++) chunk(1, true);
    expect(environment.timersPending).to.equal(1);
  });

  it('tells of a frame that is not whole after its time', async () => {
    chunk(0, true);
    await environment.advance(29_999);
    const before = isLate;
    await environment.advance(1);
    expect([before, isLate]).to.deep.equal([false, true]);
  });

  it('tells of it although more of it comes', async () => {
    for (let second = 0; second < 30; second++) {
      chunk(0, true);
      await environment.advance(1_000);
    }
    expect(isLate).to.equal(true);
  });

  it('gives a frame that began later its whole time, and no more', async () => {
    chunk(0, true);
    await environment.advance(10_000);
    chunk(1, true);
    await environment.advance(29_999);
    const before = isLate;
    await environment.advance(1);
    expect([before, isLate]).to.deep.equal([false, true]);
  });

  it('does not tell of frames that are cut and whole again, one after the other', async () => {
    for (let second = 0; second < 100; second++) {
      chunk(1, true);
      await environment.advance(1_000);
    }
    expect(isLate).to.equal(false);
  });

  it('sets no timer again when none is cut any more', async () => {
    chunk(0, true);
    chunk(1, false);
    await environment.advance(60_000);
    expect([isLate, environment.timersPending]).to.deep.equal([false, 0]);
  });

  it('watches again after a time in which none was cut', async () => {
    chunk(0, true);
    chunk(1, false);
    await environment.advance(60_000);
    chunk(0, true);
    await environment.advance(30_000);
    expect(isLate).to.equal(true);
  });

  it('tells nothing after stop()', async () => {
    chunk(0, true);
    watch.stop();
    await environment.advance(60_000);
    expect(isLate).to.equal(false);
  });
});
