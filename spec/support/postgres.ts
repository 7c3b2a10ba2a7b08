import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';
/** Only names the socket: the server listens on no address. */
const PORT = 5432;

/** A PostgreSQL server of our own, on a socket in a folder of its own: nobody else's is touched. */
export class Cluster {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fio-postgres-'));
  readonly #data = join(this.#folder, 'data');
  #schemas = 0;

  /** @param settings more of postgresql.conf: `name=value` */
  constructor(private readonly settings: readonly string[] = []) {
    const { uid, gid } = owner();
    chownSync(this.#folder, uid, gid);
    this.#run(
      'initdb',
      '-D',
      this.#data,
      '-A',
      'trust',
      '-U',
      'postgres',
      '--locale=C',
      '-E',
      'UTF8',
    );
    this.start();
  }

  start(): void {
    const sets = ['listen_addresses=', `unix_socket_directories=${this.#folder}`, ...this.settings];
    const options = [`-p ${PORT}`, ...sets.map((set) => `-c ${set}`)].join(' ');
    this.#run(
      'pg_ctl',
      '-D',
      this.#data,
      '-o',
      options,
      '-l',
      join(this.#folder, 'log'),
      '-w',
      'start',
    );
  }

  /** @param mode immediate: like a crash, nothing is finished */
  stop(mode: 'fast' | 'immediate' = 'fast'): void {
    this.#run('pg_ctl', '-D', this.#data, '-m', mode, '-w', 'stop');
  }

  /** The address of a ledger of its own: a schema in the one database. */
  newPlace(): string {
    this.#schemas += 1;
    const schema = `ledger_${this.#schemas}`;
    const [command, args] = asOwner('psql', [
      '-h',
      this.#folder,
      '-p',
      String(PORT),
      '-qc',
      `CREATE SCHEMA ${schema}`,
    ]);
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    const options = encodeURIComponent(`-c search_path=${schema}`);
    const host = encodeURIComponent(this.#folder);
    return `postgres://postgres@/postgres?host=${host}&port=${PORT}&options=${options}`;
  }

  remove(): void {
    try {
      this.stop('immediate');
    } catch {
      // It does not run.
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, ...args: string[]): void {
    const [command, words] = asOwner(join(binaries() ?? '', program), args);
    // pg_ctl hands its output on to the server: a pipe would stay open as long as that runs.
    execFileSync(command, words, { stdio: 'ignore', cwd: '/' });
  }
}

/** Skips a suite where PostgreSQL is not installed; fails it when CI=true. */
export function skipUnlessPostgres(context: Mocha.Context): void {
  if (binaries() !== undefined) return;
  if (process.env.CI === 'true') throw new Error('PostgreSQL is not installed');
  context.skip();
}

let shared: Cluster | undefined;

/** One for all specs of this process; it goes when they are done. */
export function sharedCluster(): Cluster {
  shared ??= new Cluster();
  return shared;
}

if (typeof after === 'function') {
  after(function () {
    this.timeout(60_000);
    shared?.remove();
  });
}

/** Where PostgreSQL's programs are: Debian keeps them out of PATH. */
export function binaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one));
  return versions
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
}

/** Who runs the server: it refuses to run as root. */
export function owner(): { uid: number; gid: number } {
  const { uid, gid } = userInfo();
  if (uid !== 0) return { uid, gid };
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A command as the owner of the server, when this process is root. */
export function asOwner(command: string, args: readonly string[]): [string, string[]] {
  if (userInfo().uid !== 0) return [command, [...args]];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', command, ...args]];
}
