import { appendFileSync } from 'node:fs';

/** Who reads the file can read the sessions. */
const OWNER_ONLY = 0o600;

/**
 * Takes down the secrets of TLS sessions, in the format that Wireshark and others read. Lines are
 * added to what is there, so that both ends may share a file. docs/WIRESHARK.md
 * @throws Error in words, when the file cannot be written
 */
export function openKeyLog(path: string): (line: Buffer) => void {
  const append = (line: Buffer | string): void => {
    try {
      appendFileSync(path, line, { mode: OWNER_ONLY });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`--keylog: ${why}`, { cause: error });
    }
  };
  append('');
  return (line) => {
    try {
      append(line);
    } catch (error) {
      // The calls go on: a full disk is no reason to lose them.
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  };
}
