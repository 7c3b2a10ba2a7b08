import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { wireLines } from '../../bin/fio/conformance/wire-lines';
import type { WireBytes } from '../../src/conformance/case-record';
import { hex } from '../support/hex';

const PROTO = readFileSync(join(__dirname, '../../src/conformance/conformance.proto'), 'utf8');
const CALL = '00000006 00000001 02 05 0000 fde8 0001 00000000 0000';
const END = '00000002 00000001 04 04 0000 fde8 0001 0000';

function linesOf(...wire: readonly (readonly [WireBytes['from'], string, number?])[]): string[] {
  const bytes = wire.map(([from, text, connection = 1]) => ({
    from,
    connection,
    bytes: hex(text),
  }));
  return wireLines(bytes, PROTO);
}

describe('what was on the wire of a case that has failed', () => {
  it('is each frame in hex, by its fields, with its meaning below', () => {
    expect(linesOf(['client', CALL], ['server', END])).to.deep.equal([
      'client: 00000006 00000001 02 05 0000 fde8 0001 00 00 00 00 00 00',
      '    CALL stream=1 LAST|MSG fio.conformance.Conformance/EmptyCall timeoutMs=0 {}',
      'server: 00000002 00000001 04 04 0000 fde8 0001 00 00',
      '    END stream=1 MSG fio.conformance.Conformance/EmptyCall OK {}',
    ]);
  });

  it('has frames whole that came in pieces', () => {
    expect(linesOf(['client', CALL.slice(0, 20)], ['client', CALL.slice(20)])).to.have.length(2);
  });

  it('names the connection where there are several', () => {
    const [first, , second] = linesOf(['client', CALL], ['client', CALL, 2]);
    expect([first, second].map((line) => line?.slice(0, 23))).to.deep.equal([
      'client (connection 1): ',
      'client (connection 2): ',
    ]);
  });

  it('names the rule that a frame breaks', () => {
    const [, meaning] = linesOf(['client', '00000000 00000000 07 00 0000 0000 0000']);
    expect(meaning).to.contain('violation="LENGTH_OUT_OF_PLACE: ');
  });

  it('says so when it is no frame', () => {
    expect(linesOf(['server', '48 54 54 50 2f'])).to.deep.equal([
      'server: 48545450 2f',
      '    NO-FRAME bytes=5 violation="FRAME_TOO_LONG"',
    ]);
  });

  it('says so when a frame is cut', () => {
    expect(linesOf(['server', '00000006 00000001'])[1]).to.equal('    CUT bytes=8');
  });

  it('is cut where a frame is long', () => {
    const [bytes] = linesOf([
      'client',
      `000003e8 00000000 90 00 0000 0000 0000 ${'00'.repeat(1000)}`,
    ]);
    expect(bytes?.slice(-20)).to.equal('00 … 936 bytes more'.padStart(20));
  });

  it('is the newest frames', () => {
    const frames = Array.from({ length: 20 }, () => ['client', CALL] as const);
    expect(linesOf(...frames)).to.have.length(1 + 16 * 2);
    expect(linesOf(...frames)[0]).to.equal('(4 frames before)');
  });

  it('may be nothing', () => {
    expect(linesOf()).to.deep.equal(['(nothing was sent)']);
  });
});
