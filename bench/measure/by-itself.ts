import { join } from 'node:path';
import { ForeignLoad } from '../process/cpu';
import type { Value } from '../process/messages';
import { PinnedProcess } from '../process/pinned-process';
import type { Measurement } from './measurement';

const CORE = 1;
const TIME_MS_MAX = 120_000;

/** What child.js measures without a server of its own. */
export async function measureByItself(
  ...words: readonly [string, ...(string | number)[]]
): Promise<Measurement> {
  const child = join(__dirname, '..', 'process', 'child.js');
  const command = [process.execPath, child, ...words.map(String)];
  const program = new PinnedProcess(words.join(' '), CORE, command);
  try {
    const foreign = new ForeignLoad();
    const { value } = await program.next<Value>('value', TIME_MS_MAX);
    // Programs that it has started and that have ended are no longer seen as ours.
    return words[0] === 'start' ? { value } : { value, foreignCores: foreign.cores() };
  } finally {
    await program.end();
  }
}
