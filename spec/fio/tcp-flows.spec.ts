import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import type { Segment } from '../../bin/fio/decode/packets';
import { TcpFlows } from '../../bin/fio/decode/tcp-flows';

function segment(sequence: number, text: string, isSyn = false): Segment {
  return { from: 'a', to: 'b', sequence, isSyn, payload: Buffer.from(text) };
}

/** What comes out, `|` where bytes are missing. */
function put(...segments: readonly Segment[]): string {
  let text = '';
  const flows = new TcpFlows((from, to, bytes, isGap) => {
    expect([from, to]).to.deep.equal(['a', 'b']);
    text += (isGap ? '|' : '') + bytes.toString();
  });
  for (const one of segments) flows.add(one);
  flows.end();
  return text;
}

describe('TcpFlows', () => {
  it('gives what comes in its sequence', () => {
    expect(put(segment(0, '', true), segment(1, 'ab'), segment(3, 'cd'))).to.equal('abcd');
  });

  it('begins anywhere', () => {
    expect(put(segment(77, 'ab'), segment(79, 'cd'))).to.equal('abcd');
  });

  it('lets wait what comes too early', () => {
    expect(put(segment(1, 'ab'), segment(5, 'ef'), segment(3, 'cd'))).to.equal('abcdef');
  });

  it('leaves out what comes twice, also in part', () => {
    const twice = [segment(1, 'ab'), segment(1, 'ab'), segment(2, 'bcd'), segment(1, 'abcdef')];
    expect(put(...twice)).to.equal('abcdef');
  });

  it('tells of a gap', () => {
    expect(put(segment(1, 'ab'), segment(9, 'ij'), segment(5, 'ef'))).to.equal('ab|ef|ij');
  });

  it('counts around 2^32', () => {
    expect(put(segment(0xffff_ffff, 'ab'), segment(1, 'cd'))).to.equal('abcd');
  });
});
