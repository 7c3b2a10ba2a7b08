import { expect } from 'chai';
import { Readable } from 'node:stream';
import { readLines } from '../../bin/support/lines';
import { UsageError } from '../../bin/support/program';

async function linesOf(...chunks: Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(Readable.from(chunks, { objectMode: false }))) {
    lines.push(line);
  }
  return lines;
}

describe('readLines', () => {
  it('gives the lines without their ends', async () => {
    expect(await linesOf(Buffer.from('a\nb\r\n\nc\n'))).to.eql(['a', 'b', '', 'c']);
  });

  it('counts a last line without line feed', async () => {
    expect(await linesOf(Buffer.from('a\nb'))).to.eql(['a', 'b']);
  });

  it('gives nothing for nothing', async () => {
    expect(await linesOf()).to.eql([]);
  });

  it('skips a byte order mark at the start, and only there', async () => {
    expect(await linesOf(Buffer.from('EFBBBF610AEFBBBF62', 'hex'))).to.eql(['a', '\uFEFFb']);
  });

  it('ends a line at a line feed and at nothing else', async () => {
    expect(await linesOf(Buffer.from('a\rb\u2028c\u0085d\fe\n'))).to.eql(['a\rb\u2028c\u0085d\fe']);
  });

  it('gives the same lines wherever the input is cut', async () => {
    // "é\r\n€\r\n" in UTF-8
    const bytes = Buffer.from('C3A90D0AE282AC0D0A', 'hex');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const lines = await linesOf(bytes.subarray(0, cut), bytes.subarray(cut));
      expect(lines, `cut at ${cut}`).to.eql(['é', '€']);
    }
  });

  it('refuses a line without an end', async () => {
    const endless = linesOf(Buffer.from('a\n'), Buffer.alloc(100_000));
    const error: unknown = await endless.catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UsageError);
    expect(String(error)).to.contain('line 2: longer than 65536 characters');
  });

  it('closes the input when the loop is left', async () => {
    const input = Readable.from([Buffer.from('a\nb\n')], { objectMode: false });
    for await (const line of readLines(input)) {
      expect(line).to.equal('a');
      break;
    }
    expect(input.destroyed).to.equal(true);
  });

  it('takes no more of the input than the lines that were asked for', async () => {
    let chunksTaken = 0;
    const chunks = function* () {
      for (;;) {
        chunksTaken += 1;
        yield Buffer.from(`${'x'.repeat(60_000)}\n`);
      }
    };
    for await (const line of readLines(Readable.from(chunks(), { objectMode: false }))) {
      expect(line).to.have.length(60_000);
      break;
    }
    expect(chunksTaken).to.be.below(10);
  });
});
