import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hex } from '../support/hex';
import { Capture } from './support/capture';
import { needsTshark, ROOT, Tshark } from './support/tshark';

const AS_MESSAGES = ['-o', 'messages2016.ports:7001'];
const FIRST_PORT = 20_000;

const OI = hex('0000 0007 0000 00000000 00000000');
const MSG = hex('0002 0007 03e9 00000001 65000000 0003 4f6cc3'); // cut within á: shown all the same
const QEM = hex('0005 0007 03e9 00000002 65000001');
const OK = hex('0003 0000 0007 00000001 65000000');
const ERRO = hex('0004 0000 0007 00000002 65000001');
const OKQEM = hex('0006 0000 03e9 00000002 65000001 0002 0007 03e9');

const CLIENT_INFO = 'OI 7 > 0 #0; MSG 7 > 1001 #1 "Ol\uFFFD"; QEM 7 > 1001 #2';
const SERVER_INFO = 'OK 0 > 7 #1; ERRO 0 > 7 #2; OKQEM 0 > 1001 #2 2 clients: 7 1001';

describe('Wireshark and the message system of 2016', function () {
  this.timeout(30_000);
  let tshark: Tshark;
  before(function () {
    needsTshark(this);
    tshark = new Tshark(readFileSync(join(ROOT, 'wireshark/messages-2016.lua'), 'utf8'));
  });
  after(() => (tshark as Tshark | undefined)?.remove());

  const client = Buffer.concat([OI, MSG, QEM]);
  const server = Buffer.concat([OK, ERRO, OKQEM]);

  it('shows each message', () => {
    const capture = new Capture()
      .segment(FIRST_PORT, 'client', client)
      .segment(FIRST_PORT, 'server', server);
    expect(tshark.infos(capture.toPcap(), ...AS_MESSAGES)).to.deep.equal([
      CLIENT_INFO,
      SERVER_INFO,
    ]);
  });

  it('shows the same when they are cut anywhere', () => {
    const capture = new Capture();
    for (let at = 1; at < client.length; at++) {
      capture.segment(FIRST_PORT + at, 'client', client.subarray(0, at));
      capture.segment(FIRST_PORT + at, 'client', client.subarray(at));
    }
    const shown = new Map<string, string>();
    const fields = ['-T', 'fields', '-e', 'tcp.stream', '-e', '_ws.col.Info', '-Y', 'messages2016'];
    const lines = tshark
      .run(capture.toPcap(), ...AS_MESSAGES, ...fields)
      .trimEnd()
      .split('\n');
    for (const line of lines) {
      const [stream, info] = line.split('\t');
      const before = shown.get(stream!);
      shown.set(stream!, before === undefined ? info! : `${before}; ${info}`);
    }
    expect(shown.size).to.equal(client.length - 1);
    expect([...new Set(shown.values())]).to.deep.equal([CLIENT_INFO]);
  });

  it('says of a message of no known type that there is none', () => {
    const capture = new Capture().segment(
      FIRST_PORT,
      'client',
      hex('0063 0007 0000 00000001 00000000'),
    );
    const text = tshark.run(capture.toPcap(), ...AS_MESSAGES, '-V', '-O', 'messages2016');
    expect(text).to.contain('There is no type 99');
  });

  it('survives a capture that keeps the beginning of each packet', () => {
    const capture = new Capture();
    for (let kept = 41; kept < 80; kept++) {
      capture.segment(FIRST_PORT + kept, 'client', client, kept);
    }
    const errors = tshark.run(capture.toPcap(), ...AS_MESSAGES, '-Y', '_ws.lua.error', '-V');
    expect(errors).to.equal('');
  });
});
