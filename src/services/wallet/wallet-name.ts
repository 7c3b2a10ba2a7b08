const NAME_LENGTH_MAX = 20;

/** What a wallet may be called, in words. */
export const NAME_RULE = `1 to ${NAME_LENGTH_MAX} visible characters`;

// Neither controls and invisible marks (C) nor any kind of space (Z). U+FFFD is what a decoder
// leaves where the bytes were not UTF-8: two such names could not be told apart.
const NAME = new RegExp(`^[^\\p{C}\\p{Z}\\uFFFD]{1,${NAME_LENGTH_MAX}}$`, 'u');

/** Most names. Node makes the tables of \p{} when they are first needed: 0.5 ms of a server's start. */
const PLAIN_NAME = new RegExp(`^[!-~]{1,${NAME_LENGTH_MAX}}$`);

/** Whether a text may be the name of a wallet. Characters are code points, not bytes. */
export function isWalletName(text: string): boolean {
  return PLAIN_NAME.test(text) || NAME.test(text);
}
