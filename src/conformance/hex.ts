import { Buffer } from 'node:buffer';

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
