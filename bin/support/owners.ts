import { readFileSync } from 'node:fs';
import { isWalletName, NAME_RULE } from '../../src/services/wallet/wallet-name';

/** Nobody owns a wallet by this name: it is that of whoever has shown --token. */
export const ADMIN = 'admin';

/**
 * Reads who has which token: a line `token owner` for each, of which the owner is the name of the
 * wallet that is theirs. One owner may have several tokens. Blank lines and those that begin with #
 * say nothing.
 * @returns token to owner
 * @throws Error in words, with the line's number and never with a token
 */
export function readOwners(path: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--tokens: ${reason}`, { cause: error });
  }
  const owners = new Map<string, string>();
  text.split('\n').forEach((line, index) => {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] === '' || words[0]?.startsWith('#')) return;
    const [token, owner, ...rest] = words;
    const wrong = (reason: string) => new Error(`--tokens '${path}' line ${index + 1}: ${reason}`);
    if (token === undefined || owner === undefined || rest.length > 0) {
      throw wrong("expected 'token owner'");
    }
    if (!isWalletName(owner)) throw wrong(`an owner is a wallet's name, ${NAME_RULE}`);
    if (owner === ADMIN) throw wrong(`'${ADMIN}' is who has --token`);
    if (owners.has(token)) throw wrong('an earlier line has the same token');
    owners.set(token, owner);
  });
  return owners;
}
