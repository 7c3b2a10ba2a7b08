import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { client, connect } from '../../../src/rpc/index';
import { Wallet } from '../../../src/services/gen/wallet';
import { Random } from '../../fuzz/random-bytes';
import { type Host, Hosts } from '../../programs/support/hosts';
import { freePort } from '../../programs/support/ports';
import { Stage } from '../../programs/support/program';
import { Cluster } from '../../support/postgres';
import type { Progress, Report } from '../support/campaign';
import { Payers } from '../support/payers';

const WALLETS = 20;
const OPENING = 1_000_000;
const WORK_MS_MAX = 200;

export interface NetworkCutOptions {
  readonly cuts: number;
  readonly payers: number;
  /** The shortest are mended by TCP, the longer ones by a new connection and the key. */
  readonly cutMsMax: number;
  readonly seed: number;
  readonly ledger: 'SQLite' | 'PostgreSQL';
}

/** The same, for the process that runs on the clients' host. */
export interface Scene extends NetworkCutOptions {
  readonly place: string;
  readonly servers: readonly Host[];
}

/**
 * Wallet servers on hosts of their own whose cable is pulled and put back while clients on another
 * host pay: what was on its way may have arrived or not. A PostgreSQL is reached by its socket, so
 * only the way of the calls is cut.
 */
export async function networkCut(options: NetworkCutOptions, progress: Progress): Promise<Report> {
  const hosts = new Hosts();
  const folder = mkdtempSync(join(tmpdir(), 'fio-cut-'));
  const database = options.ledger === 'PostgreSQL' ? new Cluster() : undefined;
  const stage = new Stage();
  try {
    const clients = hosts.add();
    const servers = Array.from({ length: database === undefined ? 1 : 2 }, () => hosts.add());
    const place = database?.newPlace() ?? join(folder, 'wallets.db');
    const scene: Scene = { ...options, place, servers };
    const program = join(__dirname, '..', 'support', 'behind-cable.ts');
    const words = [process.execPath, '-r', 'ts-node/register', program, JSON.stringify(scene)];
    const run = stage.startCommand(words, { under: clients.under });
    for (;;) {
      const line = JSON.parse(await run.nextLine()) as Report | number;
      if (typeof line !== 'number') return line;
      progress.at(line);
    }
  } finally {
    await stage.clear();
    hosts.remove();
    database?.remove();
    rmSync(folder, { recursive: true });
  }
}

/** The campaign itself, on the clients' host. @param at told after each cut */
export async function payOverCable(scene: Scene, at: (cuts: number) => void): Promise<Report> {
  const random = new Random(scene.seed);
  const stage = new Stage();
  const names = Array.from({ length: WALLETS }, (_, index) => `wallet_${index}`);
  const input = names.map((name) => `${name} ${OPENING}\n`).join('');
  const port = await freePort();
  const servers = scene.servers.map(({ under }) =>
    stage.start('svc_banco', [port, '--ledger', scene.place], { input, under }),
  );
  const channel = connect(scene.servers.map(({ ipv4 }) => `${ipv4}:${port}`).join(','));
  const payers = new Payers(client(Wallet, channel), names, random);
  let cutMs = 0;
  try {
    payers.start(scene.payers);
    for (let cut = 1; cut <= scene.cuts; cut += 1) {
      await payers.progress();
      await sleep(random.next() * WORK_MS_MAX);
      const timeMs = random.next() * scene.cutMsMax;
      cutMs += timeMs;
      const host = random.pick(scene.servers);
      setCable(host, 'down');
      await sleep(timeMs);
      setCable(host, 'up');
      at(cut);
    }
    await payers.finish();
    for (const server of servers) {
      server.child.kill('SIGTERM');
      await server.outcome();
    }
    const { line, failures } = await payers.judge(scene.place, OPENING);
    return {
      line: `${scene.cuts} cuts, ${(cutMs / 1_000).toFixed(0)} s in all, ${line}`,
      failures,
    };
  } finally {
    await channel.close();
    await stage.clear();
  }
}

function setCable({ under }: Host, state: 'up' | 'down'): void {
  const words = [...under.slice(1), 'ip', 'link', 'set', 'cable', state];
  const { status, stderr } = spawnSync(under[0] ?? '', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the cable is not ${state}: ${stderr}`);
}
