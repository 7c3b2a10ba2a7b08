import { expect } from 'chai';
import { isWalletName } from '../../../src/services/wallet/wallet-name';

describe('isWalletName', () => {
  for (const name of ['a', 'Papai_Noel', '10', '-1', 'João', 'x'.repeat(20)]) {
    it(`accepts '${name}'`, () => {
      expect(isWalletName(name)).to.equal(true);
    });
  }

  for (const name of ['', ' ', 'two words', 'tab\t', 'line\n', 'nul\0', 'x'.repeat(21)]) {
    it(`refuses ${JSON.stringify(name)}`, () => {
      expect(isWalletName(name)).to.equal(false);
    });
  }
});
