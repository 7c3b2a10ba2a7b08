import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package: above bin/fio there may be dist/ or not. @throws Error without one */
export function packageFolder(from = __dirname): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const above = dirname(from);
  if (above === from) throw new Error('the folder of fio-rpc has no package.json');
  return packageFolder(above);
}
