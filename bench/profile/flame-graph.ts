import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VIEWER = 'node_modules/speedscope/dist/release/index.html';

/**
 * A page that shows a profile as a flame graph, in `folder`, where speedscope is installed. It needs
 * no server: a browser opens it from the disk.
 * @returns its path, or undefined when speedscope is not there
 */
export function writeFlameGraph(folder: string, name: string, profile: string): string | undefined {
  if (!existsSync(join(folder, VIEWER))) return undefined;
  const base64 = Buffer.from(profile).toString('base64');
  const script = `speedscope.loadFileFromBase64(${JSON.stringify(`${name}.cpuprofile`)}, '${base64}')\n`;
  writeFileSync(join(folder, `${name}.js`), script);
  const page = join(folder, `${name}.html`);
  writeFileSync(page, redirect(name));
  return page;
}

/** The viewer wants the whole path of what it shows: the page takes it from its own. */
function redirect(name: string): string {
  return [
    '<!doctype html>',
    `<title>${name}</title>`,
    '<script>',
    "  const here = location.pathname.replace(/[^/]*$/, '');",
    `  const profile = decodeURIComponent(here).replace(/^\\//, '') + '${name}.js';`,
    `  location.replace('${VIEWER}#view=left-heavy&title=${name}&localProfilePath=' + encodeURIComponent(profile));`,
    '</script>',
    '',
  ].join('\n');
}
