import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../house/free-port';

/** What make and c8 hand down, and the shell of a reader has not. */
const NOT_INHERITED = /^(MAKE|MFLAGS|FIO_|NODE_V8_COVERAGE|npm_)/;
const RUN_MS_MAX = 30_000;
const FOLDER = join(__dirname, '..', '..', 'examples');

/** What a page says to type, and what it says will come. */
export interface Page {
  readonly commands: string;
  readonly output: string;
}

/** The page of one example: each has one fence of commands, and one of output. */
export function readPage(name: string): Page {
  const text = readFileSync(join(FOLDER, name, 'README.md'), 'utf8');
  const [commands, ...moreCommands] = fences(text, 'sh');
  const [output, ...moreOutput] = fences(text, 'text');
  if (
    commands === undefined ||
    output === undefined ||
    moreCommands.length + moreOutput.length > 0
  ) {
    throw new Error(`examples/${name}/README.md has not one fence of sh and one of text`);
  }
  return { commands, output };
}

/** The same on ports that are free: whatever number stands behind `localhost:`, everywhere. */
export async function onFreePorts({ commands, output }: Page): Promise<Page> {
  const named = [...commands.matchAll(/localhost:(\d+)/g)].map(([, port = '']) => port);
  const ports = new Map<string, string>();
  for (const port of new Set(named)) ports.set(port, String(await freePort()));
  const replaced = (text: string) =>
    text.replace(/\b\d+\b/g, (number) => ports.get(number) ?? number);
  return { commands: replaced(commands), output: replaced(output) };
}

/** Types the commands in the example's folder. @returns what came on standard output */
export async function type(name: string, commands: string): Promise<string> {
  const env = Object.entries(process.env).filter(([variable]) => !NOT_INHERITED.test(variable));
  const child = spawn('sh', ['-c', commands], {
    cwd: join(FOLDER, name),
    env: Object.fromEntries(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what the commands have started is ended with them.
    detached: true,
  });
  const kill = (): void => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // All of them have ended.
    }
  };
  const timer = setTimeout(kill, RUN_MS_MAX);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.once('exit', kill);
  await once(child, 'close');
  clearTimeout(timer);
  // What has gone wrong is told beside what has come: both are compared with the page.
  return child.exitCode === 0 ? output : `${output}${errors}exit code ${String(child.exitCode)}\n`;
}

function fences(text: string, language: string): string[] {
  const fence = new RegExp('^```' + language + '\\n([^]*?)^```', 'gm');
  return [...text.matchAll(fence)].map(([, inside = '']) => inside);
}
