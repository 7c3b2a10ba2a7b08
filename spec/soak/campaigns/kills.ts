import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { client, connect } from '../../../src/rpc/index';
import { Wallet } from '../../../src/services/gen/wallet';
import type { Random } from '../../fuzz/random-bytes';
import { freePort } from '../../programs/support/ports';
import { type Program, Stage } from '../../programs/support/program';
import { Cluster } from '../../support/postgres';
import type { Progress, Report } from '../support/campaign';
import { Payers } from '../support/payers';

/** How long a server works before something happens to it, at most. */
const WORK_MS_MAX = 150;
const STOPPED_MS_MAX = 700;
/** One fault in so many is a server that sleeps; one in so many a database that crashes. */
const STOP_EVERY = 7;
const CRASH_EVERY = 10;
const WALLETS = 20;
const OPENING = 1_000_000;

export interface KillsOptions {
  readonly kills: number;
  readonly payers: number;
  readonly random: Random;
}

interface Scene {
  /** A file, or a database. */
  readonly place: string;
  /** How many servers serve it. */
  readonly servers: number;
  /** Crashes too. */
  readonly database?: Cluster;
}

/** One of the wallet servers: whenever it has ended it is started again, on the same port. */
class Server {
  #program: Program | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly port: number,
    private readonly place: string,
  ) {}

  start(wallets = ''): void {
    const args = [this.port, '--ledger', this.place];
    this.#program = this.stage.start('svc_banco', args, { input: wallets });
  }

  async kill(): Promise<void> {
    await this.#program?.kill();
    this.start();
  }

  async stopFor(timeMs: number): Promise<void> {
    this.#program?.child.kill('SIGSTOP');
    await sleep(timeMs);
    this.#program?.child.kill('SIGCONT');
  }

  async end(): Promise<string> {
    this.#program?.child.kill('SIGTERM');
    return (await this.#program?.outcome())?.stderr ?? '';
  }
}

/** A ledger in a file, and one server. */
export async function killsOfFile(options: KillsOptions, progress: Progress): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'fio-kills-'));
  try {
    return await kills({ place: join(folder, 'wallets.db'), servers: 1 }, options, progress);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A ledger in a PostgreSQL of our own, and two servers. */
export async function killsOfDatabase(options: KillsOptions, progress: Progress): Promise<Report> {
  const database = new Cluster();
  try {
    return await kills({ place: database.newPlace(), servers: 2, database }, options, progress);
  } finally {
    database.remove();
  }
}

/**
 * Wallet servers that are killed (SIGKILL), stopped and continued, and whose database crashes, while
 * clients pay and repeat by key what was not answered. In the end each payment that was answered is
 * in the ledger once, nothing else is, and the ledger's audit finds nothing.
 */
async function kills(
  { place, servers: count, database }: Scene,
  options: KillsOptions,
  progress: Progress,
): Promise<Report> {
  const { random } = options;
  const stage = new Stage();
  const names = Array.from({ length: WALLETS }, (_, index) => `wallet_${index}`);
  const ports = await Promise.all(Array.from({ length: count }, () => freePort()));
  const servers = ports.map((port) => new Server(stage, port, place));
  const list = names.map((name) => `${name} ${OPENING}\n`).join('');
  servers.forEach((server) => server.start(list));
  const channel = connect(ports.map((port) => `127.0.0.1:${port}`).join(','));
  const payers = new Payers(client(Wallet, channel), names, random);
  try {
    payers.start(options.payers);
    for (let kill = 1; kill <= options.kills; kill += 1) {
      await payers.progress();
      await sleep(random.next() * WORK_MS_MAX);
      const server = random.pick(servers);
      if (random.next() < 1 / STOP_EVERY) await server.stopFor(random.next() * STOPPED_MS_MAX);
      if (database !== undefined && random.next() < 1 / CRASH_EVERY) {
        database.stop('immediate');
        database.start();
      }
      await server.kill();
      progress.at(kill);
    }
    await payers.finish();
    const { line, failures } = await payers.judge(place, OPENING);
    return { line: `${options.kills} kills, ${line}`, failures };
  } finally {
    await channel.close();
    await Promise.all(servers.map((server) => server.end().catch(() => '')));
    await stage.clear();
  }
}
