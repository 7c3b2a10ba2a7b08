import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONNECTIONS_MAX, HUB_LIMITS, MESSAGES_PER_TURN } from '../../src/services/messages/limits';
import { MessageType } from '../../src/services/messages/message';
import { MessageReader } from '../../src/services/messages/message-reader';
import { FOUR_TESTS } from '../programs/mininet/four-tests';
import { hex } from '../support/hex';

const ROOT = join(__dirname, '..', '..');
const TEXT = readFileSync(join(ROOT, 'docs', 'mensagens.md'), 'utf8');

describe('docs/mensagens.md', () => {
  it('has the sections that the assignment suggests, in its order', () =>
    expect([...TEXT.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).to.eql([
      'Introdução',
      'Arquitetura',
      'Emissor',
      'Exibidor',
      'Servidor',
      'Discussão',
    ]));

  const examples = [...TEXT.matchAll(/^(OI|FLW|MSG|OK|ERRO|QEM|OKQEM) +([0-9a-f][0-9a-f ]+)$/gm)];

  it('shows a message of every type', () =>
    expect(examples.map(([, type]) => type)).to.eql(
      Object.values(MessageType).filter((name) => typeof name === 'string'),
    ));

  for (const [, type = '', bytes = ''] of examples) {
    it(`shows the bytes of ${type}`, () => {
      const reader = new MessageReader();
      const message = reader.next(hex(bytes), 0);
      expect(MessageType[message?.type ?? -1]).to.equal(type);
      expect(reader.at).to.equal(hex(bytes).length);
    });
  }

  it('tells the limits as they are', () => {
    const values = [...TEXT.matchAll(/^\| [^|]+ \| (\d+)( s)? \|$/gm)].map(
      ([, number, unit]) => Number(number) * (unit === undefined ? 1 : 1_000),
    );
    const { unansweredMax, waitingMax, unsentBytesMax, answerMs, identifyMs, messageMs } =
      HUB_LIMITS;
    const times = [answerMs, identifyMs, messageMs];
    const counts = [CONNECTIONS_MAX, MESSAGES_PER_TURN];
    expect(values).to.eql([unansweredMax, waitingMax, unsentBytesMax, ...times, ...counts]);
  });

  it('shows what the four tests print on the topology', () =>
    expect(TEXT).to.contain(`\`\`\`text\n${FOUR_TESTS}\`\`\``));

  it('names files that are there', () => {
    for (const [, file = ''] of TEXT.matchAll(/`([\w/-]+\.(?:ts|py))`/g)) {
      const paths = [file, join('src', 'services', 'messages', file)];
      expect(
        paths.some((path) => existsSync(join(ROOT, path))),
        file,
      ).to.equal(true);
    }
  });
});
