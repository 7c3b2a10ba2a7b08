import { RpcError, StatusCode, type CallOptions, type Client } from '../../rpc/index';
import type { Dictionary } from '../gen/dictionary';

const NO_KEY = 'chave inexistente';
const NO_TEXTS = 'dicionário vazio';
const REMOVED = 'removido';
/** Why a text is refused, by the status of the call. */
const REFUSALS = new Map([
  [StatusCode.INVALID_ARGUMENT, 'texto longo demais: nada foi guardado'],
  [StatusCode.RESOURCE_EXHAUSTED, 'dicionário cheio: nada foi guardado'],
]);
const NOT_STORED = 'comando inválido: nada foi guardado (ADD,texto  REMOVE,n  GET n  LIST  EXIT)';

/** The line that ends the client; it is not sent. */
export const EXIT = 'EXIT';

/**
 * What the TCP guide's server answers to a line: `ADD,s` the new key, `GET n` the text, `REMOVE,n`,
 * `LIST` all texts with commas between them. Any other line stores nothing, and the answer says so;
 * so does that of a text that is refused.
 * @throws RpcError
 */
export async function answerLine(
  dictionary: Client<typeof Dictionary>,
  line: string,
  options: CallOptions = {},
): Promise<string> {
  if (line.startsWith('ADD,')) return addText(dictionary, line.slice('ADD,'.length), options);
  if (line === 'LIST') return listTexts(dictionary, options);
  const [, command, digits] = /^(GET |REMOVE,)([+-]?\d+)$/.exec(line) ?? [];
  const key = Number(digits);
  if (command === undefined) return NOT_STORED;
  // A number that no key can ever be.
  if (!Number.isSafeInteger(key)) return NO_KEY;
  if (command === 'GET ') return (await dictionary.get({ key }, options)).text ?? NO_KEY;
  return (await dictionary.remove({ key }, options)).removed ? REMOVED : NO_KEY;
}

async function addText(
  dictionary: Client<typeof Dictionary>,
  text: string,
  options: CallOptions,
): Promise<string> {
  try {
    return String((await dictionary.add({ text }, options)).key);
  } catch (error) {
    const refusal = error instanceof RpcError ? REFUSALS.get(error.code) : undefined;
    if (refusal === undefined) throw error;
    return refusal;
  }
}

async function listTexts(
  dictionary: Client<typeof Dictionary>,
  options: CallOptions,
): Promise<string> {
  const texts: string[] = [];
  for await (const { text } of dictionary.list({}, options)) texts.push(text);
  return texts.length === 0 ? NO_TEXTS : texts.join(',');
}
