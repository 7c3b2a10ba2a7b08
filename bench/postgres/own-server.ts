import { spawn, spawnSync, execFileSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const DEBIAN = '/usr/lib/postgresql';
const READY_MS_MAX = 15_000;
const NAME = 'postgres-';

/** Why there is no PostgreSQL to measure; undefined when there is. */
export function postgresAbsence(): string | undefined {
  if (binaries() === undefined) return `needs Debian's postgresql`;
  const hasSignal = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;
  return hasSignal ? undefined : `needs util-linux' setpriv, 2.33 or later`;
}

/**
 * A PostgreSQL server of this process: its child, so it runs on the same core and what it uses is
 * counted with it, and the kernel ends it when this process is killed.
 * @returns its address, with the defaults of PostgreSQL: an answer to COMMIT waits for fsync
 */
export async function startPostgres(): Promise<string> {
  // Beside the repository's own files: /tmp may be in memory.
  const parent = join(process.cwd(), '.make', 'bench');
  removeLeftovers(parent);
  const folder = mkdtempSync(join(parent, `${NAME}${process.pid}-`));
  const { uid, gid } = owner();
  chownSync(folder, uid, gid);
  const data = join(folder, 'data');
  const path = binaries() ?? '';
  const [initdb, ...words] = asOwner([
    join(path, 'initdb'),
    '-D',
    data,
    '-A',
    'trust',
    '--no-sync',
  ]);
  execFileSync(initdb, [...words, '-U', 'postgres', '--locale=C', '-E', 'UTF8'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const sets = ['-c', 'listen_addresses=', '-k', folder];
  const [program, ...rest] = asOwner([join(path, 'postgres'), '-D', data, ...sets]);
  const child = spawn(program, rest, { stdio: 'ignore' });
  const end = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  const place = `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`;
  await ready(place, child);
  return place;
}

/** Of processes that were killed before they could. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(NAME)) continue;
    const pid = name.slice(NAME.length).split('-', 1)[0] ?? '';
    if (!existsSync(`/proc/${pid}`)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

async function ready(place: string, child: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + READY_MS_MAX;
  for (;;) {
    const client = new Client(place);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadlineMs) throw error;
      await sleep(50);
    }
  }
}

/** Debian keeps them out of PATH. */
function binaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  return readdirSync(DEBIAN)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
}

/** The server refuses to run as root. */
function owner(): { uid: number; gid: number } {
  const { uid, gid } = userInfo();
  if (uid !== 0) return { uid, gid };
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The last of these words is kept when the user changes: a change of user forgets the signal. */
function asOwner(command: readonly string[]): [string, ...string[]] {
  const user = ['--reuid=postgres', '--regid=postgres', '--init-groups'];
  const change = userInfo().uid === 0 ? user : [];
  return ['setpriv', ...change, '--pdeathsig', 'KILL', ...command];
}
