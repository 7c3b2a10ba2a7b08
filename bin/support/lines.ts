import { type Readable } from 'node:stream';
import { UsageError } from './program';

/** Longer lines are no text that anybody typed; one of them must not fill the memory. */
const LINE_LENGTH_MAX = 65_536;

/**
 * The lines of a stream of UTF-8, one at a time and no faster than they are taken, without LF or
 * CR LF. A last line without line feed counts; a byte order mark at the start does not.
 * Leaving the loop closes the stream: nothing more is read.
 * @param lengthMax characters of a line
 * @throws UsageError for a line that is longer
 */
// Not node:readline: it also ends lines at a lone CR and at U+2028, which would shift the
// numbers of the lines, and it reads on while a line is being handled.
export async function* readLines(
  input: Readable,
  lengthMax = LINE_LENGTH_MAX,
): AsyncGenerator<string> {
  input.setEncoding('utf8');
  let rest = '';
  let lineNumber = 1;
  let isStart = true;
  for await (const chunk of input as AsyncIterable<string>) {
    const lines = (rest + (isStart ? chunk.replace(/^\uFEFF/, '') : chunk)).split('\n');
    rest = lines.pop() ?? '';
    isStart = false;
    for (const line of lines) {
      yield trimLine(line);
      lineNumber += 1;
    }
    if (rest.length > lengthMax) {
      throw new UsageError(`line ${lineNumber}: longer than ${lengthMax} characters`);
    }
  }
  if (rest !== '') {
    yield trimLine(rest);
  }
}

function trimLine(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
