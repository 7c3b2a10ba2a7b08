import { type Readable } from 'node:stream';
import { type Ledger } from '../../src/services/wallet/ledger';
import { WalletList, WalletListError } from '../../src/services/wallet/wallet-list';
import { readLines } from './lines';
import { write } from './output';
import { UsageError } from './program';

/** Much written at once costs little; one text of all wallets would cost their size in memory. */
const CHUNK_LENGTH = 65_536;

/**
 * Reads a list of wallets to its end.
 * @throws UsageError for a line that is no wallet
 */
export async function readWallets(input: Readable): Promise<ReadonlyMap<string, number>> {
  const list = new WalletList();
  try {
    for await (const line of readLines(input)) {
      list.addLine(line);
    }
  } catch (error) {
    throw error instanceof WalletListError ? new UsageError(error.message) : error;
  }
  return list.balances;
}

/**
 * Writes `name value` for each wallet on standard output.
 * @returns when the system has them all
 * @throws the stream's error
 */
export async function writeWallets(balances: ReturnType<Ledger['balances']>): Promise<void> {
  let chunk = '';
  for await (const [name, value] of balances) {
    chunk += `${name} ${value}\n`;
    if (chunk.length >= CHUNK_LENGTH) {
      await write(chunk);
      chunk = '';
    }
  }
  if (chunk !== '') {
    await write(chunk);
  }
}
