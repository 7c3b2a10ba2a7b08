import { type Readable } from 'node:stream';
import { isRefusal } from '../../src/services/wallet/refusal';
import { readLines } from './lines';

/** What a letter at the start of a line asks for. */
export interface Command {
  /** The letter and the words after it, as in `O value`: a line has as many. */
  readonly form: string;
  /** Whether the client ends after it: the rest of the input is not read. */
  readonly isLast?: boolean;
  /** @param words those after the letter, as many as in the form */
  readonly run: (...words: string[]) => Promise<void>;
}

/** A line that begins like a command and is none. Nothing has been done about it. */
export class MalformedCommand extends Error {
  override readonly name = 'MalformedCommand';
}

/**
 * Carries out the commands of an input, strictly one after another. Lines that do not begin with
 * the letter of a command are ignored. A malformed command and one that the server refuses are
 * reported on stderr with the number of the line; the next line follows.
 * @throws whatever else a command throws, such as RpcError for a server that is not there
 */
export async function runCommands(input: Readable, commands: readonly Command[]): Promise<void> {
  const byLetter = new Map(commands.map((command) => [command.form.charAt(0), command]));
  let lineNumber = 0;
  for await (const line of readLines(input)) {
    lineNumber += 1;
    const command = byLetter.get(line.charAt(0));
    if (command === undefined) {
      continue;
    }
    try {
      await command.run(...wordsOf(line, command.form));
    } catch (error) {
      if (!(error instanceof MalformedCommand) && !isRefusal(error)) {
        throw error;
      }
      process.stderr.write(`line ${lineNumber}: ${error.message}\n`);
      continue;
    }
    if (command.isLast === true) {
      return;
    }
  }
}

/**
 * The whole number that a word of a command says, negative too: what it may be is for the server.
 * @throws MalformedCommand
 */
export function wholeNumber(word: string): number {
  const value = Number(word);
  if (!/^[+-]?\d+$/.test(word) || !Number.isSafeInteger(value)) {
    throw new MalformedCommand(`'${word}' is not a whole number up to ${Number.MAX_SAFE_INTEGER}`);
  }
  return value;
}

function wordsOf(line: string, form: string): string[] {
  const [letter, ...words] = line.trimEnd().split(/[ \t]+/);
  const [expected, ...names] = form.split(' ');
  if (letter !== expected || words.length !== names.length) {
    throw new MalformedCommand(`expected '${form}', found '${line}'`);
  }
  return words;
}
