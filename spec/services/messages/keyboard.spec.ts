import { expect } from 'chai';
import { BadCommand, parseCommand } from '../../../src/services/messages/emissor-command';
import { MessageType } from '../../../src/services/messages/message';
import { isRequestToEnd } from '../../../src/services/messages/obedience';
import { lineOf, readableText } from '../../../src/services/messages/show';

describe('parseCommand', () => {
  const text = (destination: number, content: string) => ({
    kind: 'text',
    destination,
    text: content,
  });

  for (const [line, command] of [
    ['Ob-la-di', text(0, 'Ob-la-di')],
    ['  two  spaces ', text(0, '  two  spaces ')],
    ['@1002 Ob-la-da', text(1002, 'Ob-la-da')],
    ['@0 /fim', text(0, '/fim')],
    ['@1 to an emissor: the server refuses', text(1, 'to an emissor: the server refuses')],
    ['@1002', text(0, '@1002')],
    ['@ana oi', text(0, '@ana oi')],
    ['/quem 1001', { kind: 'who', exibidor: 1001 }],
    ['/who 1999 ', { kind: 'who', exibidor: 1999 }],
    ['/fim 1000', text(1000, '/fim')],
    ['/end 1001', text(1001, '/fim')],
    ['/sair', { kind: 'leave' }],
    ['/quit', { kind: 'leave' }],
    ['', { kind: 'nothing' }],
    ['   ', { kind: 'nothing' }],
    ['é'.repeat(70), text(0, 'é'.repeat(70))],
  ] as const) {
    it(`'${line.slice(0, 30)}'`, () => expect(parseCommand(line)).to.eql(command));
  }

  for (const [line, reason] of [
    ['é'.repeat(71), /142 bytes.*140/],
    [`@1001 ${'x'.repeat(141)}`, /141 bytes/],
    ['/quem', /número de um exibidor/],
    ['/quem 1', /número de um exibidor/],
    ['/fim 2000', /número de um exibidor/],
    ['/fim 1001 agora', /não é um comando/],
    ['/sair já', /não é um comando/],
    ['/etc/passwd', /escreva @0 \/etc\/passwd/],
    ['@65536 oi', /não é um identificador/],
  ] as const) {
    it(`refuses '${line.slice(0, 30)}' and says why`, () =>
      expect(() => parseCommand(line)).to.throw(BadCommand, reason));
  }
});

const HEADER = { destination: 1001, sequence: 1, timestamp: 0 };
const msg = (origin: number, text: string | Buffer) => ({
  ...HEADER,
  type: MessageType.MSG as const,
  origin,
  text: Buffer.from(text),
});

describe('lineOf', () => {
  it('says who has sent a text', () =>
    expect(lineOf(msg(12, 'Oi, tudo bem?'))).to.equal('Mensagem de 12: Oi, tudo bem?'));

  it('says that it was the server', () =>
    expect(lineOf(msg(0, 'aviso'))).to.equal('Mensagem do servidor: aviso'));

  it('says who is there', () => {
    const list = { ...HEADER, type: MessageType.OKQEM as const, origin: 0 };
    expect(lineOf({ ...list, clients: [1, 2, 1001] })).to.equal(
      'Clientes ativos: emissores 1 2; exibidores 1001',
    );
    expect(lineOf({ ...list, clients: [1001] })).to.equal(
      'Clientes ativos: emissores nenhum; exibidores 1001',
    );
  });

  it('keeps a text on its line, and lets nobody write on the terminal', () =>
    expect(lineOf(msg(1, 'a\nb\x1b[2J\x9b\u202ec\u2066\r'))).to.equal(
      'Mensagem de 1: a\ufffdb\ufffd[2J\ufffd\ufffdc\ufffd\ufffd',
    ));
});

describe('readableText', () => {
  it('leaves letters of all kinds, wide ones and emoji of several parts', () => {
    const text = 'ação 日本 👩‍👩‍👧 e\u0301';
    expect(readableText(Buffer.from(text))).to.equal(text);
  });

  it('shows bytes that are not UTF-8 as such', () =>
    expect(readableText(Buffer.of(0x61, 0xff, 0x62))).to.equal('a\ufffdb'));
});

describe('isRequestToEnd', () => {
  const one = new Set([1]);

  it('is obeyed when it is of an emissor that is known', () => {
    expect(isRequestToEnd(msg(1, '/fim'), one)).to.equal(true);
    expect(isRequestToEnd(msg(2, '/fim'), one)).to.equal(false);
  });
  it('is obeyed when it is of the server, always', () =>
    expect(isRequestToEnd(msg(0, '/fim'), new Set())).to.equal(true));
  it('is obeyed of everybody when told so', () =>
    expect(isRequestToEnd(msg(999, '/fim'), 'everybody')).to.equal(true));
  it('is that text and no other', () =>
    expect(isRequestToEnd(msg(1, '/fim '), one)).to.equal(false));
});
