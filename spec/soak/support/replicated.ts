import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../programs/support/ports';
import { Etcd } from '../../services/binder/support/etcd';
import { asOwner, binaries, owner } from '../../support/postgres';
import { until } from '../../support/until';

const READY_MS_MAX = 120_000;
const NAME = 'fio';

/** Patroni's clock, in seconds: its lowest ttl, as who is dead is replaced when that is over. */
const CLOCK = { ttl: 20, loop_wait: 2, retry_timeout: 4 };

interface Member {
  readonly name: string;
  readonly role: string;
  readonly state: string;
}

/** Why there can be no replicated PostgreSQL here; undefined when there can. */
export function replicationObstacle(): string | undefined {
  const missing = ['patroni', 'etcd'].filter(
    (tool) => spawnSync(tool, ['--version']).error !== undefined,
  );
  if (binaries() === undefined) missing.push('postgresql');
  if (missing.length === 0) return undefined;
  return `needs ${missing.join(', ')}: apt-get install patroni python3-etcd etcd-server postgresql`;
}

/** One PostgreSQL, and the Patroni that makes it a primary or a follower. */
class Node {
  readonly folder: string;
  #patroni: ChildProcess | undefined;

  constructor(
    folder: string,
    readonly name: string,
    readonly port: number,
    private readonly restPort: number,
    etcdPort: number,
  ) {
    this.folder = join(folder, name);
    mkdirSync(this.folder);
    const { uid, gid } = owner();
    chownSync(this.folder, uid, gid);
    // JSON is YAML.
    writeFileSync(this.#config, JSON.stringify(this.#settings(etcdPort)));
  }

  get #config(): string {
    return join(this.folder, 'patroni.yml');
  }

  start(): void {
    const [command, words] = asOwner('patroni', [this.#config]);
    const log = openSync(join(this.folder, 'log'), 'a');
    this.#patroni = spawn(command, words, { stdio: ['ignore', log, log], cwd: this.folder });
    closeSync(log);
  }

  /** As when the machine loses its power: Patroni and PostgreSQL are gone at once. */
  async crash(): Promise<void> {
    const patroni = this.#patroni;
    this.#patroni = undefined;
    if (patroni?.exitCode === null) {
      const closed = once(patroni, 'close');
      patroni.kill('SIGKILL');
      await closed;
    }
    const pid = this.#postmaster();
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    await until('PostgreSQL has ended', () => !isAlive(pid));
  }

  /** What Patroni knows of all nodes. @throws Error when it does not answer */
  async members(): Promise<readonly Member[]> {
    const signal = AbortSignal.timeout(2_000);
    const answer = await fetch(`http://127.0.0.1:${this.restPort}/cluster`, { signal });
    return ((await answer.json()) as { members: Member[] }).members;
  }

  #postmaster(): number | undefined {
    try {
      const text = readFileSync(join(this.folder, 'data', 'postmaster.pid'), 'utf8');
      const pid = Number(text.split('\n', 1)[0]);
      return isAlive(pid) ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  #settings(etcdPort: number) {
    const at = (port: number) => `127.0.0.1:${port}`;
    return {
      scope: NAME,
      name: this.name,
      restapi: { listen: at(this.restPort), connect_address: at(this.restPort) },
      etcd3: { host: at(etcdPort) },
      bootstrap: {
        dcs: {
          ...CLOCK,
          // No COMMIT is answered that is not on a second machine, even when there is none.
          synchronous_mode: true,
          synchronous_mode_strict: true,
          postgresql: { use_pg_rewind: true, parameters: { wal_log_hints: 'on' } },
        },
        initdb: [{ encoding: 'UTF8' }, { locale: 'C' }, 'data-checksums'],
        pg_hba: [
          'local all all trust',
          'host all all 127.0.0.1/32 trust',
          'host replication all 127.0.0.1/32 trust',
        ],
      },
      postgresql: {
        listen: at(this.port),
        connect_address: at(this.port),
        data_dir: join(this.folder, 'data'),
        bin_dir: binaries(),
        pgpass: join(this.folder, 'pgpass'),
        parameters: { unix_socket_directories: this.folder },
        authentication: {
          superuser: { username: 'postgres' },
          replication: { username: 'replicator' },
        },
      },
    };
  }
}

/** Three PostgreSQL on the loopback: a primary, a follower that each COMMIT waits for, another one. */
export class Replicated {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fio-replicated-'));
  readonly #nodes: Node[] = [];
  #etcd: Etcd | undefined;

  static async start(): Promise<Replicated> {
    const replicated = new Replicated();
    try {
      await replicated.#start();
      return replicated;
    } catch (error) {
      await replicated.remove();
      throw error;
    }
  }

  /** All hosts in one address. */
  get place(): string {
    const hosts = this.#nodes.map(({ port }) => `127.0.0.1:${port}`).join();
    return `postgres://postgres@${hosts}/postgres?target_session_attrs=read-write`;
  }

  /** The primary's machine is gone. @returns its name */
  async crashPrimary(): Promise<string> {
    const name = (await this.#members()).find(({ role }) => role === 'leader')?.name;
    const node = this.#nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error('there is no primary');
    await node.crash();
    return node.name;
  }

  /** It is there again: it gives up what nobody else has, and follows. */
  restart(name: string): void {
    this.#nodes.find((node) => node.name === name)?.start();
  }

  /** There is a primary, a follower that COMMIT waits for, and nobody is missing. */
  async whole(): Promise<void> {
    const isWhole = async () => {
      const members = await this.#members().catch((): readonly Member[] => []);
      const has = (wanted: string) => members.some(({ role }) => role === wanted);
      const areUp = members.every(({ state }) => state === 'running' || state === 'streaming');
      return members.length === this.#nodes.length && areUp && has('leader') && has('sync_standby');
    };
    await until('the database is whole', isWhole, READY_MS_MAX);
  }

  async remove(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.crash()));
    await this.#etcd?.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    execFileSync('chmod', ['755', this.#folder]);
    this.#etcd = await Etcd.start();
    for (const name of ['one', 'two', 'three']) {
      const [port, restPort] = [await freePort(), await freePort()];
      const node = new Node(this.#folder, name, port, restPort, this.#etcd.port);
      this.#nodes.push(node);
      node.start();
    }
    await this.whole();
  }

  async #members(): Promise<readonly Member[]> {
    return Promise.any(this.#nodes.map((node) => node.members()));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
