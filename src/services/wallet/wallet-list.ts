import { AMOUNT_RULE, parseAmount } from './amount';
import { isWalletName, NAME_RULE } from './wallet-name';

/** A line of a wallet list that says nothing or too much; the text begins with its number. */
export class WalletListError extends Error {
  override readonly name = 'WalletListError';

  constructor(
    readonly lineNumber: number,
    text: string,
  ) {
    super(`line ${lineNumber}: ${text}`);
  }
}

/**
 * A list of wallets, read line by line: `name value`. Blank lines, carriage returns and spaces at
 * the ends of a line say nothing.
 */
export class WalletList {
  readonly #balances = new Map<string, number>();
  #lineNumber = 0;

  /** What was read so far, in the order of the lines. */
  get balances(): ReadonlyMap<string, number> {
    return this.#balances;
  }

  /**
   * Takes the next line, without its line feed.
   * @throws WalletListError when it is no wallet, or one that an earlier line has named
   */
  addLine(line: string): void {
    this.#lineNumber += 1;
    const text = line.trim();
    if (text === '') {
      return;
    }
    const [name, value, ...rest] = text.split(/[ \t]+/);
    if (name === undefined || value === undefined || rest.length > 0) {
      throw this.#error(`expected 'name value', found '${excerpt(text)}'`);
    }
    if (!isWalletName(name)) {
      throw this.#error(`a wallet's name is ${NAME_RULE}, not '${excerpt(name)}'`);
    }
    const balance = parseAmount(value);
    if (balance === undefined) {
      throw this.#error(`a wallet's value is ${AMOUNT_RULE}, not '${excerpt(value)}'`);
    }
    if (this.#balances.has(name)) {
      throw this.#error(`the wallet '${name}' is there already`);
    }
    this.#balances.set(name, balance);
  }

  #error(text: string): WalletListError {
    return new WalletListError(this.#lineNumber, text);
  }
}

const EXCERPT_LENGTH = 60;

// A binary file given by mistake may be one endless line of control characters.
function excerpt(text: string): string {
  const printable = text.slice(0, EXCERPT_LENGTH).replace(/\p{C}/gu, '\uFFFD');
  return text.length > EXCERPT_LENGTH ? `${printable}...` : printable;
}
