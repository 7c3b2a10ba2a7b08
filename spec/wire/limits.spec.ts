import { expect } from 'chai';
import * as limits from '../../src/wire/limits';
import { DEFAULT_LIMITS, resolveLimits, type Limits } from '../../src/wire/limits';

const NAMES = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];
const BOUNDS: Partial<Record<keyof Limits, [lowest: number, highest: number]>> = {
  pingStrikesMax: [0, 2_147_483_647],
  pingIntervalMsMin: [0, 2_147_483_647],
  // A connection may hold at least two messages of the longest.
  messageBytesMax: [1, 1_073_741_823],
  heldBytesMax: [2, 2_147_483_647],
};
/** The two that depend on each other, so far apart that neither is in the way of the other. */
const APART = { messageBytesMax: 1, heldBytesMax: 2_147_483_647 };

/** What the compiler would refuse. */
function resolveAny(chosen: Record<string, unknown>): Limits {
  return resolveLimits(chosen);
}

describe('limits', () => {
  describe('of the protocol, the same for everybody', () => {
    const fixed: [name: keyof typeof limits, value: number][] = [
      ['FRAME_BYTES_MAX', 65_536],
      ['OPTIONS_BYTES_MAX', 8_192],
      ['TEXT_BYTES_MAX', 1_024],
      ['INITIAL_CREDIT_BYTES', 262_144],
      ['CREDIT_BYTES_MAX', 2_147_483_647],
      ['FRAME_OVERHEAD_BYTES', 16],
      ['MESSAGE_DEPTH_MAX', 32],
      ['STREAM_ID_MAX', 2_147_483_647],
      ['TIMEOUT_MS_MAX', 2_147_483_647],
      ['ASSUMED_MESSAGE_BYTES_MAX', 4_194_304],
      ['ASSUMED_STREAMS_MAX', 1_024],
    ];
    for (const [name, value] of fixed) {
      it(`${name} is ${value}`, () => expect(limits[name]).to.equal(value));
    }
  });

  describe('resolveLimits()', () => {
    it('gives the defaults', () => expect(resolveLimits()).to.deep.equal(DEFAULT_LIMITS));
    it('replaces what was chosen and nothing else', () => {
      expect(resolveLimits({ streamsMax: 7 })).to.deep.equal({ ...DEFAULT_LIMITS, streamsMax: 7 });
    });
    it('gives what cannot be changed', () => {
      expect(Object.isFrozen(resolveLimits({ streamsMax: 7 }))).to.be.true;
    });
    it('leaves the defaults as they are', () => {
      resolveLimits({ streamsMax: 7 });
      expect(DEFAULT_LIMITS.streamsMax).to.equal(1_024);
    });
    it('takes a name it does not know for a slip', () => {
      expect(() => resolveAny({ streamMax: 7 })).to.throw(
        RangeError,
        'no limit is called streamMax',
      );
    });
    it('does not take a name that every object has for a limit', () => {
      expect(() => resolveAny({ toString: 7 })).to.throw(RangeError, 'no limit is called toString');
    });
    it('says which limit is wrong, what it may be and what it is', () => {
      expect(() => resolveLimits({ frameMsMax: 0 })).to.throw(
        RangeError,
        'frameMsMax must be a whole number from 1 to 2^31-1, not 0',
      );
    });
    it('takes messages of half of what a connection may hold', () => {
      const chosen = { messageBytesMax: 100, heldBytesMax: 200 };
      expect(resolveLimits(chosen)).to.include(chosen);
    });
    it('refuses messages of more than half of it', () => {
      expect(() => resolveLimits({ messageBytesMax: 100, heldBytesMax: 199 })).to.throw(
        RangeError,
        'heldBytesMax must be at least twice messageBytesMax',
      );
    });
    for (const name of NAMES) {
      const [lowest, highest] = BOUNDS[name] ?? [1, 2_147_483_647];
      for (const value of [lowest, highest]) {
        it(`takes ${value} for ${name}`, () => {
          expect(resolveLimits({ ...APART, [name]: value })[name]).to.equal(value);
        });
      }
      for (const value of [lowest - 1, highest + 1, 1.5, NaN, Infinity, '7', undefined]) {
        it(`refuses ${typeof value === 'string' ? `'${value}'` : value} for ${name}`, () => {
          expect(() => resolveAny({ ...APART, [name]: value })).to.throw(RangeError, name);
        });
      }
    }
  });
});
