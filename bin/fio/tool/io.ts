import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { hasCode } from '../../support/program';

/** Where a command reads and writes: a process's own streams, or a test's. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What is there of a terminal's stream is there only when it is one. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** The reader of standard output has gone: there is nobody to tell anything more. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/**
 * Writes on standard output, no faster than it is read.
 * @throws ReaderGone when nobody reads it any more
 */
export async function write({ stdout, signal }: Io, text: string): Promise<void> {
  if (stdout.destroyed) throw new ReaderGone('nobody reads the output');
  if (stdout.write(text)) return;
  const done = new AbortController();
  try {
    await Promise.race([
      once(stdout, 'drain', { signal: AbortSignal.any([signal, done.signal]) }),
      once(stdout, 'close', { signal: done.signal }).then(() => {
        throw new ReaderGone('nobody reads the output');
      }),
    ]);
  } catch (error) {
    throw hasCode(error, 'EPIPE') ? new ReaderGone('nobody reads the output') : error;
  } finally {
    done.abort();
  }
}

export function print(io: Io, line: string): Promise<void> {
  return write(io, `${line}\n`);
}

/** Whether a stream may have colours and be drawn over: a terminal, and nobody has said no. */
export function isColoured(output: Output, env: Io['env']): boolean {
  const isRefused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return output.isTTY === true && !isRefused;
}
