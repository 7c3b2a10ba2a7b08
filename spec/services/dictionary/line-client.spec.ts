import { expect } from 'chai';
import { TextDictionary } from '../../../src/services/dictionary/dictionary';
import { dictionaryHandlers } from '../../../src/services/dictionary/dictionary-handlers';
import { answerLine } from '../../../src/services/dictionary/line-client';
import { Dictionary } from '../../../src/services/gen/dictionary';
import { serveOnLoopback, type Loopback } from '../support/loopback';

describe('answerLine', () => {
  let dictionary: Loopback<typeof Dictionary>;
  const start = async (entriesMax?: number) => {
    const handlers = dictionaryHandlers(new TextDictionary(entriesMax));
    dictionary = await serveOnLoopback(Dictionary, handlers);
  };
  afterEach(() => dictionary.close());

  async function answers(...lines: string[]): Promise<string[]> {
    const all: string[] = [];
    for (const line of lines) all.push(await answerLine(dictionary.service, line));
    return all;
  }

  const CASES: [string, string[], string[]][] = [
    ['ADD,s answers the new key', ['ADD,a', 'ADD,b'], ['0', '1']],
    ['ADD, adds an empty text', ['ADD,', 'GET 0'], ['0', '']],
    ['ADD,s keeps spaces and commas', ['ADD, a, b ', 'GET 0'], ['0', ' a, b ']],
    ['GET n answers the text', ['ADD,a', 'GET 0'], ['0', 'a']],
    ['GET n says that there is no such key', ['GET 0'], ['chave inexistente']],
    ['GET n of a number beyond all keys', ['GET 99999999999999999999'], ['chave inexistente']],
    [
      'GET n of a number that is no key',
      ['GET -1', 'REMOVE,-1'],
      ['chave inexistente', 'chave inexistente'],
    ],
    ['REMOVE,n removes', ['ADD,a', 'REMOVE,0', 'GET 0'], ['0', 'removido', 'chave inexistente']],
    ['REMOVE,n says that there is no such key', ['REMOVE,3'], ['chave inexistente']],
    ['LIST joins the texts with commas', ['ADD,a', 'ADD,b', 'LIST'], ['0', '1', 'a,b']],
    ['LIST says that there are none', ['LIST'], ['dicionário vazio']],
  ];
  for (const [what, lines, expected] of CASES) {
    it(what, async () => {
      await start();
      expect(await answers(...lines)).to.deep.equal(expected);
    });
  }

  for (const line of ['', 'olá', 'add,a', 'GET', 'GET x', 'GET  1', 'REMOVE 1', 'LISTA']) {
    it(`stores nothing for '${line}', and says so`, async () => {
      await start();
      const [answer, list] = await answers(line, 'LIST');
      expect(answer).to.match(/^comando inválido: nada foi guardado/);
      expect(list).to.equal('dicionário vazio');
    });
  }

  it('lets many clients add at once, each under a key of its own', async () => {
    await start();
    const keys = await Promise.all(
      Array.from({ length: 200 }, (_, i) => answerLine(dictionary.service, `ADD,${i}`)),
    );
    expect(new Set(keys).size).to.equal(200);
  });

  it('says when the dictionary is full', async () => {
    await start(1);
    expect(await answers('ADD,a', 'ADD,b', 'LIST')).to.deep.equal([
      '0',
      'dicionário cheio: nada foi guardado',
      'a',
    ]);
  });

  it('says when a text is too long', async () => {
    await start();
    expect(await answers(`ADD,${'x'.repeat(65_537)}`, 'LIST')).to.deep.equal([
      'texto longo demais: nada foi guardado',
      'dicionário vazio',
    ]);
  });
});
