import { expect } from 'chai';
import { formatAddress, parseAddress } from '../../src/rpc/index';

describe('parseAddress', () => {
  for (const [text, host, port] of [
    ['localhost:5555', 'localhost', 5_555],
    ['150.164.6.45:12345', '150.164.6.45', 12_345],
    ['[::1]:1', '::1', 1],
    ['[fe80::1%eth0]:65535', 'fe80::1%eth0', 65_535],
    ['a-b.example:80', 'a-b.example', 80],
  ] as const) {
    it(`reads ${text}`, () => expect(parseAddress(text)).to.deep.equal({ host, port }));

    it(`is undone by formatAddress: ${text}`, () => {
      expect(formatAddress(parseAddress(text))).to.equal(text);
    });
  }

  for (const text of [
    '',
    'localhost',
    ':5555',
    'localhost:',
    'localhost:0',
    'localhost:65536',
    'localhost:-1',
    'localhost:5e3',
    'localhost:5555 ',
    '::1:5555',
    '[::1]',
    '[localhost]:5555',
    'a b:5555',
    'http://localhost:5555',
    'localhost:5555/x',
  ]) {
    it(`refuses '${text}', and says how to write one`, () => {
      expect(() => parseAddress(text)).to.throw(
        RangeError,
        `'${text}' is not host:port; write it like localhost:5555, 10.0.0.1:5555 or [::1]:5555`,
      );
    });
  }
});
