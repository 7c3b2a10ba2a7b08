import { expect } from 'chai';
import fc from 'fast-check';
import { camelCase } from '../../src/idl/names';
import { localName } from '../../src/rpc/client/local-name';

describe('localName', () => {
  it('is what the stub compiler calls it', () => {
    const letters = fc.constantFrom('a', 'b', 'X', 'Y', '1', '9', '_');
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 12 }), (name) => {
        expect(localName(name)).to.equal(camelCase(name));
      }),
      { numRuns: 2_000 },
    );
  });
});
