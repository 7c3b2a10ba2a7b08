import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LuaPart } from '../../src/idl/emit-wireshark';
import { packageFolder } from './package-folder';

/** In the sequence in which each uses what those before it defined. */
const NAMES = [
  'protocol',
  'builtin',
  'services',
  'messages',
  'options',
  'calls',
  'header',
  'frames',
  'dissector',
];

/** The hand-written part of the dissector, in the folder wireshark/fio of this package. */
export function readWiresharkParts(): LuaPart[] {
  const folder = join(packageFolder(), 'wireshark/fio');
  return NAMES.map((name) => ({
    name: `${name}.lua`,
    text: readFileSync(join(folder, `${name}.lua`), 'utf8'),
  }));
}
