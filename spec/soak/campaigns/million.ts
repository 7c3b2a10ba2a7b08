import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { client, connect } from '../../../src/rpc/index';
import { Wallet } from '../../../src/services/gen/wallet';
import { openLedger } from '../../../src/services/wallet/open-ledger';
import { freePort } from '../../programs/support/ports';
import { Stage } from '../../programs/support/program';
import { mebibytes, type Progress, type Report } from '../support/campaign';

const IN_FLIGHT = 1_000;
const BALANCE = 100;

export interface MillionOptions {
  /** Wallets, and as many pending orders. */
  readonly count: number;
  /** A file, or a database. */
  readonly place: string;
}

/** A wallet server that is started on a ledger with very many wallets and pending orders. */
export async function million(options: MillionOptions, progress: Progress): Promise<Report> {
  const { count, place } = options;
  await fill(options, progress);
  const stage = new Stage();
  const port = await freePort();
  const channel = connect(`127.0.0.1:${port}`);
  const wallet = client(Wallet, channel);
  try {
    const startMs = performance.now();
    const server = stage.start('svc_banco', [port, '--ledger', place], { input: '' });
    const call = { waitForReady: true, timeoutMs: 600_000 };
    const last = { wallet: `wallet_${count - 1}` };
    const { value } = await wallet.readBalance(last, call);
    const answeredMs = performance.now() - startMs;
    const { status } = await wallet.transfer({ order: count, check: 1, ...last }, call);
    const residentBytes = residentOf(server.child.pid ?? 0);
    const endMs = performance.now();
    const { pending } = await wallet.end({}, call);
    const endedMs = performance.now() - endMs;
    const failures = [];
    if (value !== BALANCE - 1) failures.push(`the last wallet holds ${value}`);
    if (status !== 0) failures.push(`the last order: status ${status}`);
    if (pending !== count - 1) failures.push(`${pending} orders are pending`);
    return {
      line:
        `${count} wallets and pending orders: first answer ${(answeredMs / 1_000).toFixed(2)} s ` +
        `after the start of the process, ${mebibytes(residentBytes)} resident; ` +
        `its end, with every wallet written, took ${(endedMs / 1_000).toFixed(1)} s`,
      failures,
    };
  } finally {
    await channel.close();
    await stage.clear();
  }
}

async function fill({ count, place }: MillionOptions, progress: Progress): Promise<void> {
  const wallets = Array.from({ length: count }, (_, i) => [`wallet_${i}`, BALANCE] as const);
  const { ledger } = await openLedger({ place, wallets });
  let next = 0;
  const loop = async () => {
    while (next < count) {
      const number = next++;
      await ledger.createOrder(`wallet_${number}`, 1);
      progress.at(number);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
  await ledger.close();
}

function residentOf(pid: number): number {
  const [, kibibytes] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1_024;
}
