import { expect } from 'chai';
import { PingGuard } from '../../src/rpc/ping-guard';
import { expectViolation } from '../support/expect-violation';

describe('PingGuard', () => {
  it('takes PINGs that keep the interval', () => {
    const guard = new PingGuard(10_000, 3);
    for (let nowMs = 0; nowMs < 1_000_000; nowMs += 10_000) guard.onPing(nowMs);
  });

  it('takes the first at any time', () => {
    new PingGuard(10_000, 1).onPing(0);
  });

  it('takes two that come too soon', () => {
    const guard = new PingGuard(10_000, 3);
    for (const nowMs of [0, 9_999, 19_998]) guard.onPing(nowMs);
  });

  it('refuses the third that comes too soon', () => {
    const guard = new PingGuard(10_000, 3);
    for (const nowMs of [0, 1, 2]) guard.onPing(nowMs);
    expectViolation(() => guard.onPing(3), 'PING_FLOOD');
  });

  it('remembers those of long ago', () => {
    const guard = new PingGuard(10_000, 3);
    for (const nowMs of [0, 1, 100_000, 100_001, 200_000]) guard.onPing(nowMs);
    expectViolation(() => guard.onPing(200_001), 'PING_FLOOD');
  });

  it('takes any number when there is no shortest time', () => {
    const guard = new PingGuard(0, 1);
    for (let count = 0; count < 100; count++) guard.onPing(5);
  });

  it('says how many came, and how far apart they should', () => {
    const guard = new PingGuard(500, 1);
    guard.onPing(0);
    expect(() => guard.onPing(1)).to.throw(
      'PING_FLOOD: 1 PINGs sooner than 500 ms after the one before',
    );
  });
});
