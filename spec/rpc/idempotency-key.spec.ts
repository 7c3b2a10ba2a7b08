import { expect } from 'chai';
import fc from 'fast-check';
import {
  deriveKey,
  DerivedKeys,
  makeIdempotencyKey,
  timeOfKey,
} from '../../src/rpc/idempotency-key';
import { FakeEnvironment } from '../support/fake-environment';
import { hex } from '../support/hex';

const text = (key: Uint8Array): string => Buffer.from(key).toString('hex').toUpperCase();

describe('idempotency keys', () => {
  it('begin with the time at which they were made', () => {
    const environment = new FakeEnvironment();
    environment.wallClock = () => 0x019b76daa800;
    const key = makeIdempotencyKey(environment);
    expect([key.length, text(key).slice(0, 12), timeOfKey(key)]).to.deep.equal([
      16,
      '019B76DAA800',
      1_767_225_600_000,
    ]);
  });

  it('say the time that a Buffer would read from them', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 48 - 1), (timeMs) => {
        const key = makeIdempotencyKey({
          wallClock: () => timeMs,
          randomBytes: (size) => Buffer.alloc(size, 0xff),
        });
        expect(Buffer.from(key).readUIntBE(0, 6)).to.equal(timeMs);
        expect(timeOfKey(key)).to.equal(timeMs);
      }),
    );
  });

  it('end with chance', () => {
    const environment = new FakeEnvironment();
    const [one, two] = [makeIdempotencyKey(environment), makeIdempotencyKey(environment)];
    expect(text(one).slice(12)).not.to.equal(text(two).slice(12));
  });

  it("are derived as docs/PROTOCOL.md's example says", () => {
    const parent = hex('01 9B 76 DA A8 00  00 11 22 33 44 55 66 77 88 99');
    expect([text(deriveKey(parent, 1, 3, 0)), text(deriveKey(parent, 1, 3, 1))]).to.deep.equal([
      '019B76DAA800CEB916F6AE42AA475BAB',
      '019B76DAA800E7ECD066B5660FC3DE78',
    ]);
  });

  it('are counted for each method apart', () => {
    const parent = hex('01 9B 76 DA A8 00  00 11 22 33 44 55 66 77 88 99');
    const keys = new DerivedKeys(parent);
    const found = [keys.next(1, 3), keys.next(1, 4), keys.next(1, 3)].map(text);
    const expected = [
      deriveKey(parent, 1, 3, 0),
      deriveKey(parent, 1, 4, 0),
      deriveKey(parent, 1, 3, 1),
    ];
    expect(found).to.deep.equal(expected.map(text));
  });
});
