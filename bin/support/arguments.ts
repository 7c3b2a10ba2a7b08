import { parseTarget } from '../../src/services/binder/target-syntax';
import { AMOUNT_RULE, parseAmount } from '../../src/services/wallet/amount';
import { isWalletName, NAME_RULE } from '../../src/services/wallet/wallet-name';
import { UsageError } from './program';

const PORT_MIN = 2_048;
const PORT_MAX = 65_535;

type Parsers<T extends readonly unknown[]> = { readonly [I in keyof T]: (text: string) => T[I] };

/**
 * The arguments of a program, each through its parser.
 * @throws UsageError for too few, too many, or one that its parser refuses
 */
export function parseArguments<T extends readonly unknown[]>(
  args: readonly string[],
  ...parsers: Parsers<T>
): T {
  if (args.length !== parsers.length) {
    const plural = parsers.length === 1 ? '' : 's';
    throw new UsageError(`expected ${parsers.length} argument${plural}, found ${args.length}`);
  }
  // A tuple mapped to a tuple; the compiler only sees an array.
  return args.map((text, index) => parsers[index]?.(text)) as readonly unknown[] as T;
}

/** A port to listen on. */
export function port(text: string): number {
  const value = parseAmount(text);
  if (value === undefined || value < PORT_MIN || value > PORT_MAX) {
    throw new UsageError(`a port is a whole number from ${PORT_MIN} to ${PORT_MAX}, not '${text}'`);
  }
  return value;
}

/** A port to listen on; with a binder 0 is one that is free, as nobody has to know it. */
export function portFor(values: ReadonlyMap<string, string>): (text: string) => number {
  return (text) => (text === '0' && values.has('--binder') ? 0 : port(text));
}

/** The price of a product. */
export function price(text: string): number {
  const value = parseAmount(text);
  if (value === undefined) {
    throw new UsageError(`a price is ${AMOUNT_RULE}, not '${text}'`);
  }
  return value;
}

/** The name of a wallet. */
export function walletName(text: string): string {
  if (!isWalletName(text)) {
    throw new UsageError(`a wallet's name is ${NAME_RULE}, not '${text}'`);
  }
  return text;
}

/** Where a server is: host:port, or binder:host:port/Wallet and the like; left as it was written. */
export function serverAddress(text: string): string {
  try {
    parseTarget(text);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
  return text;
}
