import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { HubBench, TIMESTAMP, type Peer } from './support';

const LIMITS = { unansweredMax: 2, waitingMax: 3, unsentBytesMax: 1_000, answerMs: 10_000 };

/** Sequence of each message, or the text of a notice of the server. */
function summary(peer: Peer): (number | string)[] {
  return peer.received().map((fields) => {
    const [, origin, , sequence = '', , rest = ''] = fields.split(' ');
    if (origin !== '0000') return parseInt(sequence, 16);
    return Buffer.from(rest.slice(4), 'hex').toString();
  });
}

describe('an exibidor that is slow', () => {
  let bench: HubBench;
  let slow: Peer;
  let quick: Peer;
  let emissor: Peer;
  let next: number;

  beforeEach(() => {
    bench = new HubBench(LIMITS);
    slow = bench.client(1001);
    quick = bench.client(1002);
    emissor = bench.client(1);
    next = 1;
  });

  const word = (sequence: number) => sequence.toString(16).padStart(8, '0');
  const send = (destination: string): string | undefined =>
    emissor.ask(`0002 0001 ${destination} ${word(next++)} 00000001 0001 61`)[0];
  const broadcast = (count: number): void => {
    for (let i = 0; i < count; i++) {
      send('0000');
      answer(quick, next - 1);
    }
  };
  const answer = (peer: Peer, sequence: number): void =>
    void peer.send(`0003 0000 0000 ${word(sequence)} ${TIMESTAMP}`);

  it('is sent as many messages as may be unanswered; the next ones come with its answers', () => {
    broadcast(4);
    expect(summary(slow)).to.eql([1, 2]);
    answer(slow, 1);
    expect(summary(slow)).to.eql([3]);
    answer(slow, 3);
    expect(summary(slow)).to.eql([4]);
  });

  it('delays nobody else', () => {
    broadcast(20);
    expect(summary(quick)).to.eql(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('ERRO is an answer too', () => {
    broadcast(3);
    summary(slow);
    slow.send(`0004 03e9 0000 ${word(1)} ${TIMESTAMP}`);
    expect(summary(slow)).to.eql([3]);
  });

  it('is sent nothing more for an answer to nothing', () => {
    broadcast(3);
    summary(slow);
    answer(slow, 9);
    slow.send(`0003 0000 0000 ${word(1)} 00000001`);
    expect(summary(slow)).to.eql([]);
  });

  it('is told in place how many broadcasts did not fit into its queue', () => {
    broadcast(7);
    answer(slow, 1);
    broadcast(1);
    for (const sequence of [2, 3, 4, 5]) answer(slow, sequence);
    slow.send(`0003 0000 0000 ${word(0)} ${TIMESTAMP}`);
    expect(summary(slow)).to.eql([
      1,
      2,
      3,
      4,
      5,
      '2 mensagens foram descartadas: este exibidor estava lento',
      8,
    ]);
  });

  it('is told when nothing comes after what it has missed', () => {
    broadcast(6);
    for (const sequence of [1, 2, 3, 4]) answer(slow, sequence);
    expect(summary(slow).at(-1)).to.equal('1 mensagem foi descartada: este exibidor estava lento');
  });

  it('refuses a message for it alone, and its emissor is told at once', () => {
    for (let i = 0; i < 5; i++) expect(send('03e9')).to.match(/^0003/);
    expect(send('03e9')).to.match(/^0004/);
    for (const sequence of [1, 2, 3, 4, 5]) answer(slow, sequence);
    expect(summary(slow)).to.eql([1, 2, 3, 4, 5]);
  });

  it('refuses QEM for it too', () => {
    broadcast(5);
    expect(emissor.ask('0005 0001 03e9 00000063 00000001')[0]).to.match(/^0004/);
  });

  it('is sent lists without an answer, but not when it reads nothing', () => {
    const ask = () => emissor.ask('0005 0001 03e9 00000063 00000001')[0];
    for (let i = 0; i < 5; i++) ask();
    expect(slow.received()).to.have.length(5);
    slow.sink.unsentBytes = 1_000;
    for (let i = 0; i < 3; i++) expect(ask()).to.match(/^0003/);
    expect(ask()).to.match(/^0004/);
    expect(slow.received()).to.have.length(0);
    slow.sink.unsentBytes = 0;
    bench.hub.drained(slow.session);
    expect(slow.received()).to.have.length(3);
  });

  it('is asked to end even when its queue is full', () => {
    broadcast(5);
    bench.hub.endExibidores();
    for (const sequence of [1, 2, 3, 4, 5]) answer(slow, sequence);
    expect(summary(slow)).to.eql([1, 2, 3, 4, 5, '/fim']);
  });

  it('is gone when it has not answered within the limit, and its number is free', () => {
    broadcast(1);
    bench.nowMs = 10_000;
    bench.hub.tick();
    expect(slow.sink.isDestroyed).to.equal(false);
    bench.nowMs = 10_001;
    bench.hub.tick();
    expect([slow.sink.isDestroyed, quick.sink.isDestroyed]).to.eql([true, false]);
    expect(bench.client(1001).session.id).to.equal(1001);
    expect(bench.log).to.include('exibidor 1001: não respondeu OK a tempo, conexão encerrada');
  });

  it('stays when it answers late but in time, again and again', () => {
    for (let round = 1; round <= 5; round++) {
      broadcast(1);
      bench.nowMs += 9_000;
      bench.hub.tick();
      answer(slow, round);
    }
    expect(slow.sink.isDestroyed).to.equal(false);
  });
});

describe('a client that keeps the server waiting', () => {
  it('is closed when it does not identify itself in time', () => {
    const bench = new HubBench({ identifyMs: 1_000 });
    const [silent, known] = [bench.connect(), bench.client(1)];
    bench.nowMs = 1_001;
    bench.hub.tick();
    expect([silent.sink.isDestroyed, known.sink.isDestroyed]).to.eql([true, false]);
  });

  it('is closed when it does not close after FLW', () => {
    const bench = new HubBench({ identifyMs: 1_000 });
    bench.nowMs = 5_000;
    const peer = bench.client(1);
    peer.send('0001 0001 0000 00000001 00000001');
    bench.nowMs = 6_000;
    bench.hub.tick();
    expect(peer.sink.isDestroyed).to.equal(false);
    bench.nowMs = 6_001;
    bench.hub.tick();
    expect(peer.sink.isDestroyed).to.equal(true);
  });

  it('is closed when it reads nothing', () => {
    const bench = new HubBench({ answerMs: 1_000 });
    const peer = bench.client(1);
    peer.sink.unsentBytes = 1;
    bench.hub.tick();
    bench.nowMs = 1_001;
    bench.hub.tick();
    expect(peer.sink.isDestroyed).to.equal(true);
  });

  it('is not closed when it reads slowly but does read', () => {
    const bench = new HubBench({ answerMs: 1_000 });
    const peer = bench.client(1);
    for (let round = 0; round < 5; round++) {
      peer.sink.unsentBytes = 1;
      bench.hub.tick();
      bench.nowMs += 900;
      bench.hub.tick();
      bench.hub.drained(peer.session);
    }
    expect(peer.sink.isDestroyed).to.equal(false);
  });

  it('is closed when a message does not end', () => {
    const bench = new HubBench({ messageMs: 1_000 });
    const peer = bench.client(1);
    peer.session.midMessageSinceMs = 0;
    bench.nowMs = 1_001;
    bench.hub.tick();
    expect(peer.sink.isDestroyed).to.equal(true);
  });
});
