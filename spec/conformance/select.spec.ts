import { expect } from 'chai';
import { CASES } from '../../src/conformance/cases/index';
import type { Case } from '../../src/conformance/model';
import { selectCases } from '../../src/conformance/select';

function names(...words: string[]): string[] {
  return selectCases(CASES, words).map(({ name }) => name);
}

describe('the words that choose cases', () => {
  it('mean the case of that name alone', () => {
    expect(names('ping')).to.deep.equal(['ping']);
  });

  it('mean all cases with the word in their names', () => {
    const found = names('half_duplex');
    expect(found).to.include.members(['basic_half_duplex', 'errors_half_duplex']);
    expect(found.filter((name) => !name.includes('half_duplex'))).to.deep.equal([]);
  });

  it('mean a group, whatever the case of letters', () => {
    const group = CASES.filter((one) => one.group === 'Bad messages').map(({ name }) => name);
    expect(names('bad MESSAGES')).to.deep.equal(group);
  });

  it('mean a section, with its sign and without', () => {
    const section = CASES.filter((one) => one.section === '§14.4').map(({ name }) => name);
    expect([names('§14.4'), names('14.4')]).to.deep.equal([section, section]);
  });

  it('keep the order of the cases, and each case once', () => {
    const one = { group: 'g', section: '§1', description: '', steps: [] };
    const cases: Case[] = ['a', 'b', 'ab'].map((name) => ({ ...one, name }));
    expect(selectCases(cases, ['b', 'ab', 'a']).map(({ name }) => name)).to.deep.equal([
      'a',
      'b',
      'ab',
    ]);
  });

  it('must mean something', () => {
    expect(() => names('nonsense')).to.throw(RangeError, "no case has 'nonsense'");
  });
});
