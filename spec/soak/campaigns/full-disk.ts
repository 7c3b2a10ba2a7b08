import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { client, connect } from '../../../src/rpc/index';
import { Wallet } from '../../../src/services/gen/wallet';
import type { Random } from '../../fuzz/random-bytes';
import { freePort } from '../../programs/support/ports';
import { Stage } from '../../programs/support/program';
import { until } from '../../support/until';
import type { Progress, Report } from '../support/campaign';
import { Payers } from '../support/payers';

const WALLETS = 20;
const OPENING = 1_000_000;
const CHUNK = Buffer.alloc(65_536, 1);
/** A payment that was refused for want of room is asked for again by its payer. */
const REFUSALS = 3;

export interface FullDiskOptions {
  /** How often the disk gets full, and has room again. */
  readonly fillings: number;
  readonly payers: number;
  readonly random: Random;
  /** Of the disk. */
  readonly mebibytes: number;
}

/** A disk of our own, in memory. */
class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'fio-disk-'));
  readonly #balloon = join(this.folder, 'balloon');

  constructor(mebibytes: number) {
    const failure = mount(this.folder, mebibytes);
    if (failure === undefined) return;
    rmdirSync(this.folder);
    throw new Error(failure);
  }

  /** Until not a byte more fits. */
  fill(): void {
    const file = openSync(this.#balloon, 'w');
    try {
      for (const bytes of [CHUNK, CHUNK.subarray(0, 1)]) while (isWritten(file, bytes));
    } finally {
      closeSync(file);
    }
  }

  makeRoom(): void {
    rmSync(this.#balloon, { force: true });
  }

  remove(): void {
    spawnSync('umount', [this.folder]);
    rmdirSync(this.folder);
  }
}

/** Why there can be no disk of our own here; undefined when there can. */
export function diskObstacle(): string | undefined {
  try {
    new SmallDisk(1).remove();
    return undefined;
  } catch (error) {
    return `needs root, to mount a disk: ${String(error)}`;
  }
}

/**
 * A wallet server whose disk gets full while clients pay. What it cannot write it refuses, it goes on
 * answering reads, and goes on with payments when there is room again; in the end each payment that
 * was answered is in the ledger once, and the audit finds nothing.
 */
export async function fullDisk(options: FullDiskOptions, progress: Progress): Promise<Report> {
  const disk = new SmallDisk(options.mebibytes);
  const place = join(disk.folder, 'wallets.db');
  const stage = new Stage();
  const names = Array.from({ length: WALLETS }, (_, index) => `wallet_${index}`);
  const port = await freePort();
  const input = names.map((name) => `${name} ${OPENING}\n`).join('');
  const server = stage.start('svc_banco', [port, '--ledger', place], { input });
  const channel = connect(`127.0.0.1:${port}`);
  const wallet = client(Wallet, channel);
  const payers = new Payers(wallet, names, options.random);
  let reads = 0;
  try {
    payers.start(options.payers);
    for (let filling = 1; filling <= options.fillings; filling += 1) {
      await payers.progress();
      disk.fill();
      const refused = payers.repeated + REFUSALS;
      await until(
        'payments are refused',
        () => payers.repeated >= refused || payers.failures.length > 0,
        60_000,
      );
      const { value } = await wallet.readBalance({ wallet: 'wallet_0' }, { timeoutMs: 10_000 });
      if (value >= 0) reads += 1;
      disk.makeRoom();
      progress.at(filling);
    }
    await payers.progress();
    await payers.finish();
    const hasStayed = server.isRunning;
    server.child.kill('SIGTERM');
    await server.outcome();
    const { line, failures } = await payers.judge(place, OPENING);
    return {
      line: `full ${options.fillings} times, ${reads} reads answered then, ${line}`,
      failures: hasStayed ? failures : [...failures, 'the server has ended'],
    };
  } finally {
    await channel.close();
    await stage.clear();
    disk.remove();
  }
}

function mount(folder: string, mebibytes: number): string | undefined {
  const words = ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder];
  const { status, stderr, error } = spawnSync('mount', words, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

function isWritten(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}
