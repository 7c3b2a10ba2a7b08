import { expect } from 'chai';
import fc from 'fast-check';
import { frameCost, ReceiveWindow, SendWindow } from '../../src/rpc/window';
import { expectViolation } from '../support/expect-violation';

describe('frameCost', () => {
  it('is 16 bytes more than the payload', () => {
    expect([frameCost(0), frameCost(65_536)]).to.deep.equal([16, 65_552]);
  });
});

describe('SendWindow', () => {
  it('begins with 262 144 bytes', () => {
    expect(new SendWindow().spend(262_144 - 16)).to.equal(true);
  });

  it('has no byte more', () => {
    expect(new SendWindow().spend(262_144 - 15)).to.equal(false);
  });

  it('spends nothing when there is too little', () => {
    const window = new SendWindow();
    window.spend(262_144 - 15);
    expect(window.spend(262_144 - 16)).to.equal(true);
  });

  it('takes 16 bytes for a frame without a payload', () => {
    const window = new SendWindow();
    let frames = 0;
    while (window.spend(0)) frames++;
    expect(frames).to.equal(262_144 / 16);
  });

  it('adds what is granted', () => {
    const window = new SendWindow();
    window.spend(262_144 - 16);
    window.grant(17);
    expect([window.spend(1), window.spend(0)]).to.deep.equal([true, false]);
  });

  it('refuses a grant of 0', () => {
    expectViolation(() => new SendWindow().grant(0), 'CREDIT_ZERO');
  });

  it('takes up to 2^31 - 1 bytes in all', () => {
    new SendWindow().grant(0x7fff_ffff - 262_144);
  });

  it('refuses one byte more', () => {
    expectViolation(() => new SendWindow().grant(0x8000_0000 - 262_144), 'CREDIT_OVERFLOW');
  });

  it('refuses the highest u32', () => {
    expectViolation(() => new SendWindow().grant(0xffff_ffff), 'CREDIT_OVERFLOW');
  });
});

describe('ReceiveWindow', () => {
  it('takes frames that cost 262 144 bytes', () => {
    new ReceiveWindow().receive(262_144 - 16);
  });

  it('refuses one byte more', () => {
    expectViolation(() => new ReceiveWindow().receive(262_144 - 15), 'CREDIT_EXCEEDED');
  });

  it('refuses a frame without a payload when nothing is left', () => {
    const window = new ReceiveWindow();
    window.receive(262_144 - 16);
    expectViolation(() => window.receive(0), 'CREDIT_EXCEEDED');
  });

  it('gives nothing back below half a window', () => {
    expect(new ReceiveWindow().earn(131_071)).to.equal(0);
  });

  it('gives all back at half a window', () => {
    const window = new ReceiveWindow();
    window.earn(65_552);
    expect(window.earn(65_552)).to.equal(131_104);
  });

  it('begins to gather again after that', () => {
    const window = new ReceiveWindow();
    window.earn(131_072);
    expect(window.earn(131_071)).to.equal(0);
  });

  it('takes again what it has given back, not what was only earned', () => {
    const window = new ReceiveWindow();
    window.receive(262_144 - 16);
    window.earn(131_071);
    expectViolation(() => window.receive(0), 'CREDIT_EXCEEDED');
  });

  it('takes what it has given back', () => {
    const window = new ReceiveWindow();
    window.receive(262_144 - 16);
    window.earn(131_072);
    window.receive(131_072 - 16);
  });
});

describe('credit ahead', () => {
  it('is taken, and earns nothing when it is used', () => {
    const window = new ReceiveWindow();
    const given = window.giveAhead(400_000);
    window.receive(262_144 + 400_000 - 16);
    expect([given, window.useAhead(300_000), window.useAhead(200_000)]).to.deep.equal([
      400_000, 300_000, 100_000,
    ]);
  });

  it('is not given for what has it', () => {
    const window = new ReceiveWindow();
    window.giveAhead(400_000);
    expect([window.giveAhead(400_000), window.giveAhead(600_000)]).to.deep.equal([0, 200_000]);
  });

  it('is not given in steps smaller than half a window', () => {
    expect(new ReceiveWindow().giveAhead(131_071)).to.equal(0);
  });
});

describe('the two windows of one direction', () => {
  it('never disagree and never stall, for frames of any size', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(65_536), { maxLength: 60, size: 'max' }), (payloads) => {
        const sender = new SendWindow();
        const receiver = new ReceiveWindow();
        for (const payload of payloads) {
          // What is taken at once is always enough for the next full frame.
          expect(sender.spend(payload)).to.equal(true);
          receiver.receive(payload);
          const credit = receiver.earn(frameCost(payload));
          if (credit > 0) sender.grant(credit);
        }
      }),
      { numRuns: 200 },
    );
  });
});
