import { expect } from 'chai';
import { WalletList, WalletListError } from '../../../src/services/wallet/wallet-list';

function parse(...lines: string[]): [string, number][] {
  const list = new WalletList();
  for (const line of lines) list.addLine(line);
  return [...list.balances];
}

function errorOf(...lines: string[]): string {
  try {
    parse(...lines);
  } catch (error) {
    if (error instanceof WalletListError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('WalletList', () => {
  it('reads the list of the assignment', () => {
    expect(parse('Dorgival 10', 'Bezos 1000000', 'Papai_Noel 100000')).to.eql([
      ['Dorgival', 10],
      ['Bezos', 1_000_000],
      ['Papai_Noel', 100_000],
    ]);
  });

  it('is empty when there is no line', () => {
    expect(parse()).to.eql([]);
  });

  it('accepts a balance of 0', () => {
    expect(parse('Empty 0')).to.eql([['Empty', 0]]);
  });

  it('accepts a balance of 2^53 - 1', () => {
    expect(parse('Full 9007199254740991')).to.eql([['Full', 9_007_199_254_740_991]]);
  });

  it('skips blank lines, spaces and a carriage return', () => {
    expect(parse('', '   ', '\r', 'Bezos 5')).to.eql([['Bezos', 5]]);
  });

  it('skips spaces and a carriage return at the end of a line', () => {
    expect(parse('Bezos 5  \r')).to.eql([['Bezos', 5]]);
  });

  it('takes any visible characters as a name', () => {
    expect(parse('-x:"€é\u{1F4B0}\\ 5')).to.eql([['-x:"€é\u{1F4B0}\\', 5]]);
  });

  it('takes a name of 20 characters', () => {
    expect(parse(`${'a'.repeat(20)} 1`)).to.have.length(1);
  });

  it('counts characters, not bytes', () => {
    expect(parse(`${'\u{1F4B0}'.repeat(20)} 1`)).to.have.length(1);
  });

  it('tells names apart by their case', () => {
    expect(parse('bezos 1', 'Bezos 2')).to.have.length(2);
  });

  it('names the line with its number in the list, blank lines counted', () => {
    expect(errorOf('Bezos 5', '', 'Dorgival')).to.match(/^line 3: /);
  });

  const MALFORMED: Record<string, string> = {
    'a line without a value': 'Bezos',
    'a line with a third word': 'Bezos 5 6',
    'a value that is no number': 'Bezos rich',
    'a negative value': 'Bezos -5',
    'a value with a fraction': 'Bezos 1.5',
    'a value with an exponent': 'Bezos 1e3',
    'a value in hexadecimal': 'Bezos 0x10',
    'a value with a sign': 'Bezos +5',
    'a value above 2^53 - 1': 'Bezos 9007199254740992',
    'a name of 21 characters': `${'a'.repeat(21)} 5`,
    'a name with a control character': 'Be\u0007zos 5',
    'a name with an invisible character': 'Be\u200Bzos 5',
    'a name with a no-break space': 'Be\u00A0zos 5',
    'a name whose bytes were not UTF-8': 'Jo\uFFFDo 5',
  };
  for (const [what, line] of Object.entries(MALFORMED)) {
    it(`refuses ${what}`, () => {
      expect(errorOf('Dorgival 10', line)).to.match(/^line 2: /);
    });
  }

  it('refuses a repeated name', () => {
    expect(errorOf('Bezos 5', 'Bezos 5')).to.equal("line 2: the wallet 'Bezos' is there already");
  });

  it('says what it expected and what it found', () => {
    expect(errorOf('Bezos 1.5')).to.equal(
      "line 1: a wallet's value is a whole number from 0 to 9007199254740991, not '1.5'",
    );
  });

  it('shows no more than the beginning of a very long line', () => {
    expect(errorOf('x'.repeat(100_000)).length).to.be.below(120);
  });
});
