import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../src/wire/frame';
import { hex } from './hex';

/** A file of spec/golden: bytes for every implementation to test itself with. */
export interface GoldenFrame {
  readonly file: string;
  readonly name: string | undefined;
  readonly from: Role;
  readonly meaning: string | undefined;
  readonly bytes: Buffer;
  /** The comments on the bytes, in their sequence: `length 30`. */
  readonly comments: readonly string[];
}

const FOLDER = join(__dirname, '../golden');

export function readGoldenFrames(): GoldenFrame[] {
  return readdirSync(FOLDER).map((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const fields = new Map(
      [...text.matchAll(/^(\w+): (.+)$/gm)].map(([, key, value]) => [key, value]),
    );
    return {
      file,
      name: fields.get('name'),
      from: fields.get('from') as Role,
      meaning: fields.get('meaning'),
      bytes: hex(text.replaceAll(/^\w+: .*$/gm, '')),
      comments: [...text.matchAll(/# (.+)$/gm)].map(([, comment]) => comment!),
    };
  });
}
