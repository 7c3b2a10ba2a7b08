import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LuaPart } from '../../src/idl/emit-wireshark';

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
  const folder = join(packageFolder(__dirname), 'wireshark/fio');
  return NAMES.map((name) => ({
    name: `${name}.lua`,
    text: readFileSync(join(folder, `${name}.lua`), 'utf8'),
  }));
}

/** Above bin/fio there may be dist/ or not. */
function packageFolder(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const above = dirname(from);
  if (above === from) throw new Error('the folder of fio-rpc has no package.json');
  return packageFolder(above);
}
