import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { toJson, type Results } from '../results';
import { figuresPage } from './figures-page';
import { growthPlot } from './growth-plot';
import { readmePart } from './goals-table';
import { peersPlot } from './peers-plot';

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/** Keep the figures: data, page, plots, and the part of README.md. */
export function keep(results: Results): void {
  write('bench/results/latest.json', toJson(results));
  write('docs/figures/peers.svg', peersPlot(results.cells));
  write('docs/figures/growth.svg', growthPlot(results.cells));
  write('docs/FIGURES.md', figuresPage(results));
  putIntoReadme('README.md', readmePart(results));
}

function write(path: string, text: string): void {
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, text);
  process.stderr.write(`written: ${path}\n`);
}

function putIntoReadme(path: string, markdown: string): void {
  if (!existsSync(path)) return;
  const text = readFileSync(path, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) return;
  writeFileSync(path, `${text.slice(0, begin)}${BEGIN}\n\n${markdown}\n${text.slice(end)}`);
  process.stderr.write(`written: ${path}\n`);
}
