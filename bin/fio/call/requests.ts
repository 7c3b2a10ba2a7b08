import type { Readable } from 'node:stream';
import type { DynamicMessage } from '../../../src/rpc/index';
import { readLines } from '../../support/lines';
import { UsageError } from '../../support/program';
import { messageFromJson } from '../json/from-json';
import { JsonError } from '../json/json-error';
import { messageToJson } from '../json/to-json';
import type { LearnedMethod } from './learned-method';

/** Messages of more than 4 MiB are refused by most servers; JSON needs more characters than they have bytes. */
const LINE_LENGTH_MAX = 33_554_432;

/**
 * The only request of a call: `{}` when nothing is given, all of standard input for `-`.
 * @throws UsageError for more than one, and for what is no message
 */
export async function onlyRequest(
  learned: LearnedMethod,
  args: readonly string[],
  stdin: Readable,
): Promise<DynamicMessage> {
  if (args.length > 1) {
    throw new UsageError(`${learned.name} takes one request, not ${args.length}; is it in quotes?`);
  }
  const [text = '{}'] = args;
  return parseRequest(learned, text === '-' ? await readAll(stdin) : text, 'the request');
}

/**
 * The requests of a call that takes many: the arguments, or lines of JSON from standard input as
 * they come. Lines with nothing in them are skipped.
 * @throws UsageError for what is no message, when its turn has come
 */
export async function* manyRequests(
  learned: LearnedMethod,
  args: readonly string[],
  stdin: Readable,
): AsyncGenerator<DynamicMessage, undefined> {
  const isStdin = args.length === 0 || (args.length === 1 && args[0] === '-');
  if (!isStdin) {
    for (const [at, text] of args.entries()) {
      yield parseRequest(learned, text, `request ${at + 1}`);
    }
    return;
  }
  let number = 0;
  for await (const line of readLines(stdin, LINE_LENGTH_MAX)) {
    number += 1;
    if (line.trim() !== '') yield parseRequest(learned, line, `line ${number}`);
  }
}

function parseRequest(learned: LearnedMethod, text: string, where: string): DynamicMessage {
  const { method, types } = learned;
  try {
    return messageFromJson(types, method.input.name, JSON.parse(text));
  } catch (error) {
    if (error instanceof JsonError) throw new JsonError(`${where}: ${error.message}`);
    if (!(error instanceof SyntaxError)) throw error;
    const example = templateOf(learned);
    throw new JsonError(`${where} is no JSON: ${error.message}. Write it like '${example}'.`);
  }
}

/** A request with everything at its default. */
export function templateOf({ method, types }: LearnedMethod): string {
  const zero = method.input.zero() as DynamicMessage;
  return JSON.stringify(messageToJson(types, method.input.name, zero));
}

async function readAll(input: Readable): Promise<string> {
  input.setEncoding('utf8');
  let text = '';
  for await (const chunk of input as AsyncIterable<string>) {
    text += chunk;
    if (text.length > LINE_LENGTH_MAX) throw new UsageError('the request is too long');
  }
  return text.replace(/^\uFEFF/, '');
}
