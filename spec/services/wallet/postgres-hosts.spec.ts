import { expect } from 'chai';
import { addressesOf } from '../../../src/services/wallet/postgres/hosts';

const CASES: readonly [string, readonly string[]][] = [
  ['postgres://user@one/ledger', ['postgres://user@one/ledger']],
  [
    'postgres://user:a,b@one:5432,two:5433/ledger?application_name=x',
    [
      'postgres://user:a,b@one:5432/ledger?application_name=x',
      'postgres://user:a,b@two:5433/ledger?application_name=x',
    ],
  ],
  ['postgresql://one,two', ['postgresql://one', 'postgresql://two']],
  ['postgres://[::1]:1,[::2]:2/db', ['postgres://[::1]:1/db', 'postgres://[::2]:2/db']],
  [
    'postgres://user@/db?host=/run/one,/run/two&port=1,2',
    [
      'postgres://user@/db?host=%2Frun%2Fone&port=1',
      'postgres://user@/db?host=%2Frun%2Ftwo&port=2',
    ],
  ],
  [
    'postgres:///db?host=one,two&port=7&options=-c%20a%3Db',
    [
      'postgres:///db?host=one&port=7&options=-c%20a%3Db',
      'postgres:///db?host=two&port=7&options=-c%20a%3Db',
    ],
  ],
  ['postgres:///db?host=/run/one', ['postgres:///db?host=/run/one']],
  ['postgres:///db?user=a,b', ['postgres:///db?user=a,b']],
];

describe('addressesOf', () => {
  for (const [address, expected] of CASES) {
    it(`finds ${expected.length} in ${address}`, () => {
      expect(addressesOf(address)).to.deep.equal(expected);
    });
  }

  it('refuses three hosts with two ports', () => {
    expect(() => addressesOf('postgres:///db?host=a,b,c&port=1,2')).to.throw(
      RangeError,
      '3 hosts need as many ports, or one, not 2',
    );
  });
});
