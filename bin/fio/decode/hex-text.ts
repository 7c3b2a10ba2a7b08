import { Buffer } from 'node:buffer';

const BYTES = /^([0-9a-f]{2})+$/i;

/**
 * The bytes of a text in hex: words of digits, `#` and what is behind it is a comment, `name: …` is a
 * head line. An offset in front of a line (`0010:`, or one with two blanks behind it) and the text
 * column of a dump are left out. Undefined when it is no such text.
 */
export function readHexText(file: Buffer): Buffer | undefined {
  const text = file.toString('latin1');
  if (/[^\t\n\r -~\x80-\xff]/.test(text)) return undefined;
  const digits: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const content = line.replace(/#.*$/, '').trim();
    if (content === '' || /^[a-z_]\w*: /i.test(content)) continue;
    const words = wordsOf(content);
    if (words.length === 0) return undefined;
    digits.push(...words);
  }
  return digits.length === 0 ? undefined : Buffer.from(digits.join(''), 'hex');
}

function wordsOf(line: string): string[] {
  const [, rest = line] = /^[0-9a-f]{4,8}(?::\s*| {2,})(.*)$/i.exec(line) ?? [];
  const words: string[] = [];
  for (const column of rest.split(/ {2,}|\t/)) {
    const all = column.split(' ');
    if (!all.every((word) => BYTES.test(word))) break;
    words.push(...all);
  }
  return words;
}
