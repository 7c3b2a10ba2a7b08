import { expect } from 'chai';
import {
  DictionaryRefusal,
  TEXT_BYTES_MAX,
  TextDictionary,
} from '../../../src/services/dictionary/dictionary';

describe('TextDictionary', () => {
  it('counts keys from 0', () => {
    const dictionary = new TextDictionary();
    expect([dictionary.add('a'), dictionary.add('b')]).to.deep.equal([0, 1]);
  });

  it('never uses a key again', () => {
    const dictionary = new TextDictionary();
    dictionary.remove(dictionary.add('a'));
    expect(dictionary.add('b')).to.equal(1);
  });

  it('keeps equal texts apart', () => {
    const dictionary = new TextDictionary();
    expect(dictionary.add('a')).not.to.equal(dictionary.add('a'));
  });

  it('says whether there was something to remove', () => {
    const dictionary = new TextDictionary();
    const key = dictionary.add('a');
    expect([dictionary.remove(key), dictionary.remove(key)]).to.deep.equal([true, false]);
  });

  it('takes a text of the greatest length', () => {
    const text = 'é'.repeat(TEXT_BYTES_MAX / 2);
    const dictionary = new TextDictionary();
    expect(dictionary.get(dictionary.add(text))).to.equal(text);
  });

  it('refuses a text with a byte more', () =>
    expect(() => new TextDictionary().add(`${'é'.repeat(TEXT_BYTES_MAX / 2)}x`)).to.throw(
      DictionaryRefusal,
      '65536 bytes',
    ));

  it('refuses one text too many, and takes one when another has gone', () => {
    const dictionary = new TextDictionary(1);
    dictionary.add('a');
    expect(() => dictionary.add('b')).to.throw(DictionaryRefusal, '1 texts already');
    dictionary.remove(0);
    expect(dictionary.add('b')).to.equal(1);
  });
});
