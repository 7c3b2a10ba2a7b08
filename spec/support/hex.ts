import { Buffer } from 'node:buffer';
import { expect } from 'chai';

const BYTES_PER_ROW = 16;

/**
 * Bytes as a person writes them: `hex('00 0f  # a comment')`, also over several lines. What stands
 * between spaces is one byte or more, each of two digits.
 * @throws SyntaxError for anything else, so that a slip in a test is not a test of something else
 */
export function hex(text: string): Buffer {
  const words = text.replace(/#.*$/gm, '').split(/\s+/).filter(Boolean);
  for (const word of words) {
    if (!/^([0-9a-f]{2})+$/i.test(word)) throw new SyntaxError(`'${word}' is not bytes in hex`);
  }
  return Buffer.from(words.join(''), 'hex');
}

/** Rows of 16 bytes: the offset, the bytes, and what of them is ASCII. */
export function dump(bytes: Uint8Array): string {
  const rows = [`${bytes.length} bytes`];
  for (let at = 0; at < bytes.length; at += BYTES_PER_ROW) {
    const row = [...bytes.subarray(at, at + BYTES_PER_ROW)];
    const digits = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = row.map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '.'));
    const offset = at.toString(16).padStart(4, '0');
    rows.push(`${offset}  ${digits.padEnd(BYTES_PER_ROW * 3)} ${ascii.join('')}`);
  }
  return rows.join('\n');
}

/** Fail with both dumps side by side unless the bytes are those of `expected`, as hex() reads it. */
export function expectHex(actual: Uint8Array, expected: string): void {
  expect(dump(actual)).to.equal(dump(hex(expected)));
}
