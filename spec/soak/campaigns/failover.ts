import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { client, connect } from '../../../src/rpc/index';
import { Wallet } from '../../../src/services/gen/wallet';
import type { Random } from '../../fuzz/random-bytes';
import { freePort } from '../../programs/support/ports';
import { Stage } from '../../programs/support/program';
import type { Progress, Report } from '../support/campaign';
import { Payers } from '../support/payers';
import { Replicated } from '../support/replicated';

const SERVERS = 2;
const WALLETS = 20;
const OPENING = 1_000_000;
const WORK_MS_MAX = 2_000;

export interface FailoverOptions {
  /** How often the primary is lost. */
  readonly failovers: number;
  readonly payers: number;
  readonly random: Random;
}

/**
 * Two wallet servers on a replicated PostgreSQL whose primary loses its power while clients pay: a
 * follower takes its place, and nothing that was answered is lost with it.
 */
export async function failover(options: FailoverOptions, progress: Progress): Promise<Report> {
  const { random } = options;
  const database = await Replicated.start();
  const { place } = database;
  const stage = new Stage();
  const names = Array.from({ length: WALLETS }, (_, index) => `wallet_${index}`);
  const input = names.map((name) => `${name} ${OPENING}\n`).join('');
  const ports = await Promise.all(Array.from({ length: SERVERS }, () => freePort()));
  const servers = ports.map((port) =>
    stage.start('svc_banco', [port, '--ledger', place], { input }),
  );
  const channel = connect(ports.map((port) => `127.0.0.1:${port}`).join(','));
  const payers = new Payers(client(Wallet, channel), names, random);
  const pausesMs: number[] = [];
  try {
    payers.start(options.payers);
    for (let count = 1; count <= options.failovers; count += 1) {
      await payers.progress();
      await sleep(random.next() * WORK_MS_MAX);
      const lostMs = performance.now();
      const lost = await database.crashPrimary();
      await payers.progress();
      pausesMs.push(performance.now() - lostMs);
      database.restart(lost);
      await database.whole();
      progress.at(count);
    }
    await payers.finish();
    const haveStayed = servers.every(({ isRunning }) => isRunning);
    for (const server of servers) {
      server.child.kill('SIGTERM');
      await server.outcome();
    }
    const { line, failures } = await payers.judge(place, OPENING);
    return {
      line: `${options.failovers} primaries lost, paying again after ${times(pausesMs)}; ${line}`,
      failures: haveStayed ? failures : [...failures, 'a server has ended'],
    };
  } finally {
    await channel.close();
    await stage.clear();
    await database.remove();
  }
}

function times(samplesMs: readonly number[]): string {
  const seconds = [...samplesMs].sort((a, b) => a - b).map((ms) => (ms / 1_000).toFixed(1));
  const median = seconds[Math.floor(seconds.length / 2)] ?? '-';
  return `${median} s (median; ${seconds[0] ?? '-'} to ${seconds.at(-1) ?? '-'})`;
}
