import { expect } from 'chai';
import { hex } from '../../src/conformance/hex';

export { hex };

const BYTES_PER_ROW = 16;

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
