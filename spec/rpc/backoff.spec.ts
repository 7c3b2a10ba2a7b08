import { expect } from 'chai';
import { Backoff } from '../../src/rpc/client/backoff';
import { FakeEnvironment } from '../support/fake-environment';

function delays(count: number, random: number): number[] {
  const environment = new FakeEnvironment();
  environment.random = () => random;
  const backoff = new Backoff(environment);
  return Array.from({ length: count }, () => Math.round(backoff.nextDelayMs()));
}

describe('Backoff', () => {
  it('begins with 100 ms and takes 1.6 times as long each time, up to 10 s', () => {
    expect(delays(13, 0.5)).to.deep.equal([
      100, 160, 256, 410, 655, 1_049, 1_678, 2_684, 4_295, 6_872, 10_000, 10_000, 10_000,
    ]);
  });

  it('is at the least 20 % shorter', () => {
    expect(delays(2, 0)).to.deep.equal([80, 128]);
  });

  it('is at the most 20 % longer', () => {
    expect(delays(2, 1)).to.deep.equal([120, 192]);
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff(new FakeEnvironment());
    for (let count = 0; count < 5; count++) backoff.nextDelayMs();
    backoff.reset();
    expect(backoff.nextDelayMs()).to.equal(100);
  });

  it('stays at its longest after very many failures', () => {
    expect(delays(5_000, 0.5).at(-1)).to.equal(10_000);
  });
});
