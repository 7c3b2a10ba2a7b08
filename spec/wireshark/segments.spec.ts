import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { Capture } from './support/capture';
import { addSession, SESSION, SESSION_INFOS } from './support/session';
import { AS_FIO, modelOfServices, needsTshark, Tshark } from './support/tshark';

const FIRST_PORT = 20_000;
const PREFACE_SEEN_BYTES = 4;

describe('Wireshark and TCP segments', function () {
  this.timeout(60_000);
  let tshark: Tshark;
  before(function () {
    needsTshark(this);
    tshark = Tshark.forModel(modelOfServices('wallet/wallet.proto'));
  });
  after(() => (tshark as Tshark | undefined)?.remove());

  /** What the packets of each connection show of Fio, put together. */
  function frames(capture: Capture, ...args: string[]): string[] {
    const fields = ['-T', 'fields', '-e', 'tcp.stream', '-e', '_ws.col.Info', '-Y', 'fio'];
    const shown = new Map<string, string[]>();
    for (const line of tshark
      .run(capture.toPcap(), ...args, ...fields)
      .trimEnd()
      .split('\n')) {
      const [stream, info] = line.split('\t');
      shown.set(stream!, [...(shown.get(stream!) ?? []), info!]);
    }
    return [...shown.values()].map((infos) => infos.join('; '));
  }

  it('finds several frames in one segment, by the preface alone', () => {
    const capture = new Capture();
    addSession(capture, FIRST_PORT, (bytes) => [bytes]);
    expect(tshark.infos(capture.toPcap())).to.deep.equal(SESSION_INFOS);
  });

  it('puts frames together that are cut anywhere', () => {
    const capture = new Capture();
    let connections = 0;
    SESSION.forEach((turn, i) => {
      for (let at = 1; at < turn.bytes.length; at++) {
        addSession(capture, FIRST_PORT + connections++, (bytes, j) =>
          i === j ? [bytes.subarray(0, at), bytes.subarray(at)] : [bytes],
        );
      }
    });
    const expected = Array.from({ length: connections }, () => SESSION_INFOS.join('; '));
    expect(frames(capture, ...AS_FIO)).to.deep.equal(expected);
  });

  it('knows the connection by the first four bytes of the preface', () => {
    const capture = new Capture();
    const { length } = SESSION[0]!.bytes;
    for (let at = PREFACE_SEEN_BYTES; at < length; at++) {
      addSession(capture, FIRST_PORT + at, (bytes, turn) =>
        turn === 0 ? [bytes.subarray(0, at), bytes.subarray(at)] : [bytes],
      );
    }
    const expected = Array.from({ length: length - PREFACE_SEEN_BYTES }, () =>
      SESSION_INFOS.join('; '),
    );
    expect(frames(capture)).to.deep.equal(expected);
  });

  it('puts frames together that come byte by byte', () => {
    const capture = new Capture();
    addSession(capture, FIRST_PORT, (bytes) => [...bytes].map((byte) => Buffer.from([byte])));
    expect(frames(capture, ...AS_FIO)).to.deep.equal([SESSION_INFOS.join('; ')]);
  });

  it('is in step again at the next segment when a capture begins in the middle of a frame', () => {
    const capture = new Capture();
    const [first, ...rest] = SESSION;
    capture.segment(FIRST_PORT, first!.from, first!.bytes.subarray(-4)); // 'Loja'
    for (const { from, bytes } of rest) capture.segment(FIRST_PORT, from, bytes);
    const [middle, ...others] = tshark.infos(capture.toPcap(), ...AS_FIO);
    expect(middle).to.equal('(4 bytes out of step)');
    expect(others).to.deep.equal(SESSION_INFOS.slice(1));
  });

  it('recognises a connection without its beginning when told to', () => {
    const capture = new Capture();
    for (const { from, bytes } of SESSION.slice(2)) capture.segment(FIRST_PORT, from, bytes);
    expect(tshark.infos(capture.toPcap(), '-o', 'fio.guess:TRUE')).to.deep.equal(
      SESSION_INFOS.slice(2),
    );
    expect(tshark.infos(capture.toPcap()).join()).not.to.contain('Wallet');
  });
});
