import { expect } from 'chai';
import { HubBench, TIMESTAMP } from './support';

describe('Hub', () => {
  let bench: HubBench;
  beforeEach(() => (bench = new HubBench()));

  const OK = '0003 0000';
  const ERRO = '0004 0000';

  describe('OI', () => {
    for (const [name, id] of [
      ['the first emissor', '0001'],
      ['the last emissor', '03e7'],
      ['the first exibidor', '03e8'],
      ['the last exibidor', '07cf'],
    ] as const) {
      it(`takes ${name}, and echoes sequence and timestamp`, () =>
        expect(bench.connect().ask(`0000 ${id} 0000 00000007 12345678`)).to.eql([
          `${OK} ${id} 00000007 12345678`,
        ]));
    }

    it('does not look at the destination', () =>
      expect(bench.connect().ask('0000 0001 ffff 00000000 00000001')).to.eql([
        `${OK} 0001 00000000 00000001`,
      ]));

    for (const [name, id] of [
      ['the server', '0000'],
      ['an identifier that is too high', '07d0'],
      ['the highest number', 'ffff'],
    ] as const) {
      it(`refuses ${name}, and another one may be tried on the same connection`, () => {
        const peer = bench.connect();
        expect(peer.ask(`0000 ${id} 0000 00000000 00000001`)).to.eql([
          `${ERRO} ${id} 00000000 00000001`,
        ]);
        expect(peer.ask('0000 0001 0000 00000001 00000001')).to.eql([
          `${OK} 0001 00000001 00000001`,
        ]);
      });
    }

    it('refuses an identifier that is taken, and it stays with its owner', () => {
      const owner = bench.client(1001);
      const other = bench.connect();
      expect(other.ask('0000 03e9 0000 00000000 00000001')).to.eql([
        `${ERRO} 03e9 00000000 00000001`,
      ]);
      bench.client(1).send('0002 0001 03e9 00000001 00000001 0001 61');
      expect(owner.received()).to.have.length(1);
      expect(other.received()).to.have.length(0);
    });

    it('refuses a second identifier on a connection', () => {
      const peer = bench.client(1);
      expect(peer.ask('0000 0002 0000 00000001 00000001')).to.eql([
        `${ERRO} 0001 00000001 00000001`,
      ]);
      expect(bench.connect().ask('0000 0002 0000 00000000 00000001')).to.eql([
        `${OK} 0002 00000000 00000001`,
      ]);
    });

    it('gives an identifier again after FLW', () => {
      bench.client(1).send('0001 0001 0000 00000001 00000001');
      expect(bench.connect().ask('0000 0001 0000 00000000 00000001')).to.eql([
        `${OK} 0001 00000000 00000001`,
      ]);
    });

    it('gives an identifier again when its connection is lost without FLW', () => {
      const lost = bench.client(1001);
      bench.hub.closed(lost.session);
      expect(bench.connect().ask('0000 03e9 0000 00000000 00000001')).to.eql([
        `${OK} 03e9 00000000 00000001`,
      ]);
    });

    it('takes all 1 999 identifiers at once', () => {
      const all = Array.from({ length: 1_999 }, (_, i) => bench.client(i + 1));
      expect(all.map(({ session }) => session.id)).to.eql(all.map((_, i) => i + 1));
      all[0]!.send('0005 0001 03e8 00000001 00000001');
      const [list = ''] = all[999]!.received();
      expect(list).to.match(/^0006 0000 03e8 00000001 00000001 07cf00010002/);
      expect(list).to.match(/07cf$/);
    });
  });

  describe('MSG', () => {
    const TEXT = '0008 4f622d6c612d6461';

    it('goes to the one it is for: same origin and sequence, its id, a new timestamp', () => {
      const [one, other] = [bench.client(1001), bench.client(1002)];
      const emissor = bench.client(1);
      expect(emissor.ask(`0002 0001 03ea 00000005 00000001 ${TEXT}`)).to.eql([
        `${OK} 0001 00000005 00000001`,
      ]);
      expect(other.received()).to.eql([
        `0002 0001 03ea 00000005 ${TIMESTAMP} ${TEXT.replace(' ', '')}`,
      ]);
      expect(one.received()).to.eql([]);
    });

    it('goes to all exibidores for 0, each with its own id, and to no emissor', () => {
      const exibidores = [1000, 1001, 1999].map((id) => bench.client(id));
      const other = bench.client(2);
      const emissor = bench.client(1);
      expect(emissor.ask('0002 0001 0000 00000005 00000001 0001 61')).to.eql([
        `${OK} 0001 00000005 00000001`,
      ]);
      expect(exibidores.map((exibidor) => exibidor.received())).to.eql([
        [`0002 0001 03e8 00000005 ${TIMESTAMP} 000161`],
        [`0002 0001 03e9 00000005 ${TIMESTAMP} 000161`],
        [`0002 0001 07cf 00000005 ${TIMESTAMP} 000161`],
      ]);
      expect(other.received()).to.eql([]);
    });

    it('to everybody is OK when nobody is there', () =>
      expect(bench.client(1).ask('0002 0001 0000 00000001 00000001 0001 61')).to.eql([
        `${OK} 0001 00000001 00000001`,
      ]));

    it('hands bytes on that are no UTF-8', () => {
      const exibidor = bench.client(1001);
      bench.client(1).send('0002 0001 03e9 00000001 00000001 0002 fffe');
      expect(exibidor.received()[0]).to.match(/0002fffe$/);
    });

    for (const [name, message] of [
      ['for an exibidor that is not there', '0002 0001 03ea 00000001 00000001 0001 61'],
      ['for an emissor', '0002 0001 0002 00000001 00000001 0001 61'],
      ['with a forged origin', '0002 0002 03e9 00000001 00000001 0001 61'],
      ['with a forged origin to everybody', '0002 0002 0000 00000001 00000001 0001 61'],
      ['as the server', '0002 0000 0000 00000001 00000001 0001 61'],
      ['with 141 bytes', `0002 0001 03e9 00000001 00000001 008d ${'61'.repeat(141)}`],
    ] as const) {
      it(`${name} is ERRO, reaches nobody, and the connection goes on`, () => {
        const exibidor = bench.client(1001);
        bench.client(2);
        const emissor = bench.client(1);
        expect(emissor.ask(message)).to.eql([`${ERRO} 0001 00000001 00000001`]);
        expect(exibidor.received()).to.eql([]);
        emissor.send('0002 0001 03e9 00000002 00000001 0001 61');
        expect(exibidor.received()).to.have.length(1);
      });
    }

    it('with 140 bytes is taken', () => {
      const exibidor = bench.client(1001);
      bench.client(1).send(`0002 0001 03e9 00000001 00000001 008c ${'61'.repeat(140)}`);
      expect(exibidor.received()[0]).to.have.length('0002 0001 03e9 '.length + 18 + 4 + 280);
    });

    it('of an exibidor is ERRO', () =>
      expect(bench.client(1001).ask('0002 03e9 0000 00000001 00000001 0001 61')).to.eql([
        `${ERRO} 03e9 00000001 00000001`,
      ]));

    it('before OI is ERRO', () =>
      expect(bench.connect().ask('0002 0001 0000 00000001 00000001 0001 61')).to.eql([
        `${ERRO} 0001 00000001 00000001`,
      ]));
  });

  describe('QEM', () => {
    it('has the list sent to the exibidor, with its own sequence and timestamp', () => {
      bench.client(2);
      bench.client(1002);
      const exibidor = bench.client(1001);
      expect(bench.client(1).ask('0005 0001 03e9 00000003 00000001')).to.eql([
        `${OK} 0001 00000003 00000001`,
      ]);
      expect(exibidor.received()).to.eql([
        '0006 0000 03e9 00000003 00000001 000400010002' + '03e903ea',
      ]);
    });

    for (const [name, destination] of [
      ['0', '0000'],
      ['an exibidor that is not there', '03ea'],
      ['an emissor', '0001'],
    ] as const) {
      it(`for ${name} is ERRO`, () => {
        bench.client(1001);
        expect(bench.client(1).ask(`0005 0001 ${destination} 00000003 00000001`)).to.eql([
          `${ERRO} 0001 00000003 00000001`,
        ]);
      });
    }

    it('with a forged origin is ERRO', () => {
      bench.client(1001);
      bench.client(2);
      expect(bench.client(1).ask('0005 0002 03e9 00000003 00000001')).to.eql([
        `${ERRO} 0001 00000003 00000001`,
      ]);
    });

    it('tolerates an OK to the list', () => {
      const exibidor = bench.client(1001);
      bench.client(1).send('0005 0001 03e9 00000003 00000001');
      exibidor.received();
      expect(exibidor.ask('0003 03e9 0000 00000003 00000001')).to.eql([]);
    });
  });

  describe('FLW', () => {
    it('is OK, and nothing is sent after it', () => {
      const exibidor = bench.client(1001);
      expect(exibidor.ask('0001 03e9 0000 00000001 00000001')).to.eql([
        `${OK} 03e9 00000001 00000001`,
      ]);
      bench.client(1).send('0002 0001 0000 00000001 00000001 0001 61');
      expect(exibidor.ask('0000 03e9 0000 00000002 00000001')).to.eql([]);
    });

    it('with a forged origin is ERRO, and nobody leaves', () => {
      const [one, other] = [bench.client(1001), bench.client(1002)];
      expect(one.ask('0001 03ea 0000 00000001 00000001')).to.eql([
        `${ERRO} 03e9 00000001 00000001`,
      ]);
      bench.client(1).send('0002 0001 0000 00000001 00000001 0001 61');
      expect([one.received().length, other.received().length]).to.eql([1, 1]);
    });

    it('of somebody who was refused an identifier is OK', () =>
      expect(bench.connect().ask('0001 0001 0000 00000001 00000001')).to.eql([
        `${OK} 0001 00000001 00000001`,
      ]));
  });

  it('answers OKQEM with ERRO: only a server sends it', () =>
    expect(bench.client(1).ask('0006 0001 0000 00000001 00000001 0001 0001')).to.eql([
      `${ERRO} 0001 00000001 00000001`,
    ]));

  it('answers neither OK nor ERRO', () => {
    expect(bench.client(1001).ask('0003 03e9 0000 00000001 00000001')).to.eql([]);
    expect(bench.client(1).ask('0004 0001 0000 00000001 00000001')).to.eql([]);
  });

  it('answers an unknown type with ERRO, frees the identifier and ends the connection', () => {
    const peer = bench.client(1);
    const header = { type: 7, origin: 1, destination: 0, sequence: 4, timestamp: 5 };
    bench.hub.receiveUnknown(peer.session, header);
    expect(peer.received()).to.eql([`${ERRO} 0001 00000004 00000005`]);
    expect(peer.sink.isEnded).to.equal(true);
    expect(bench.client(1).session.id).to.equal(1);
  });

  it('asks every exibidor to end, by a MSG of the server', () => {
    const [exibidor, emissor] = [bench.client(1001), bench.client(1)];
    bench.hub.endExibidores();
    expect(exibidor.received()).to.eql([`0002 0000 03e9 00000000 ${TIMESTAMP} 00042f66696d`]);
    expect(emissor.received()).to.eql([]);
  });
});
