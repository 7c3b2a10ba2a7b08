import { type Channel, client } from '../../src/rpc/index';
import { Store } from '../../src/services/gen/store';
import { Wallet } from '../../src/services/gen/wallet';
import { Asking, type AskingScene } from './asking';
import type { Program } from './machine';
import type { Network } from './network';
import { type Intent, newIntent, type Payment, type Reading } from './notebook';
import { channelTo, STORE_HOST } from './servers';
import type { SimulatedProcess } from './simulated-process';

const READ_EVERY_MS_MAX = 200;
const READ_TIMEOUT_MS = 2_000;
const WATCH_PAUSE_MS = 100;

export interface PayerOptions extends Omit<AskingScene, 'wallet' | 'store'> {
  readonly network: Network;
  readonly walletHosts: readonly string[];
  /** Whether a wallet is watched too. */
  readonly watches: boolean;
  /** Payments at a time. */
  readonly lanes: number;
  readonly wallets: readonly string[];
  /** How long it thinks between two payments, at most. */
  readonly thinkMs: number;
}

/** What was told of a wallet by one Watch, and how much was on disk when it began. */
export interface Watching {
  readonly wallet: string;
  readonly from: number;
  readonly told: { readonly value: number; readonly to: number }[];
}

/**
 * A client that pays, reads balances and watches one. Its notebook outlives it: started again it
 * goes on with the payments that it had begun.
 */
export class PayerProgram implements Program {
  readonly readings: Reading[] = [];
  readonly watchings: Watching[] = [];
  /** Those of the running process. */
  channels: readonly Channel[] = [];
  private waiting: Payment[] = [];

  constructor(
    readonly payments: readonly Payment[],
    private readonly options: PayerOptions,
  ) {}

  get isDone(): boolean {
    return this.payments.every(({ isDone }) => isDone);
  }

  run(process: SimulatedProcess): () => Promise<void> {
    const { network, lanes, walletHosts } = this.options;
    const channels = [
      channelTo(walletHosts, process, network),
      channelTo([STORE_HOST], process, network),
    ] as const;
    this.channels = channels;
    const wallet = client(Wallet, channels[0]);
    const store = client(Store, channels[1]);
    const asking = new Asking(process, { ...this.options, wallet, store });
    const leaving = new AbortController();
    this.waiting = this.payments.filter(({ isDone }) => !isDone);
    for (let lane = 0; lane < lanes; lane++) void this.work(process, asking);
    void this.read(process, wallet, leaving.signal);
    if (this.options.watches) void this.watch(process, wallet, leaving.signal);
    return async () => {
      leaving.abort();
      await Promise.all(channels.map((channel) => channel.close()));
    };
  }

  private async work(process: SimulatedProcess, asking: Asking): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      await process.sleep(process.random() * this.options.thinkMs);
      await this.pay(next, asking);
    }
  }

  private async pay(payment: Payment, asking: Asking): Promise<void> {
    const isImpatient = payment.oddity === 'impatient';
    const made = await asking.ask(payment.create, isImpatient);
    if (made?.status === 0) {
      if (payment.cashes.length === 0) payment.cashes = cashesOf(payment, made.order);
      if (payment.oddity === 'twice') {
        await Promise.all(payment.cashes.map((cash) => asking.ask(cash, false)));
      } else for (const cash of payment.cashes) await asking.ask(cash, isImpatient);
    }
    payment.isDone = true;
  }

  private async read(
    process: SimulatedProcess,
    wallet: AskingScene['wallet'],
    leaving: AbortSignal,
  ): Promise<void> {
    const { engine, wallets, findings } = this.options;
    while (!leaving.aborted && !this.isDone) {
      await process.sleep(process.random() * READ_EVERY_MS_MAX);
      const name = wallets[Math.floor(process.random() * wallets.length)]!;
      const from = engine.synced;
      try {
        const { value } = await wallet.readBalance(
          { wallet: name },
          { timeoutMs: READ_TIMEOUT_MS },
        );
        this.readings.push({ wallet: name, value, from, to: engine.synced });
        findings.readings += 1;
      } catch {
        // Nobody has told anything.
      }
    }
  }

  private async watch(
    process: SimulatedProcess,
    wallet: AskingScene['wallet'],
    signal: AbortSignal,
  ): Promise<void> {
    const { engine, wallets, findings } = this.options;
    const name = wallets[Math.floor(process.random() * wallets.length)]!;
    while (!signal.aborted) {
      const watching: Watching = { wallet: name, from: engine.synced, told: [] };
      this.watchings.push(watching);
      try {
        for await (const { value } of wallet.watch({ wallet: name }, { signal })) {
          watching.told.push({ value, to: engine.synced });
          findings.readings += 1;
        }
      } catch {
        // It begins again.
      }
      await process.sleep(WATCH_PAUSE_MS);
    }
  }
}

function cashesOf({ isSale, value, to, oddity }: Payment, order: number): Intent[] {
  const good = (): Intent =>
    newIntent(
      isSale ? { kind: 'sell', order } : { kind: 'transfer', order, check: value, wallet: to },
    );
  const bad = (check: number, wallet: string): Intent =>
    newIntent({ kind: 'transfer', order, check, wallet });
  switch (oddity) {
    case 'wrong-check':
      return [bad(value + 1, to), good()];
    case 'no-wallet':
      return [bad(value, 'nobody'), good()];
    case 'twice':
      return [good(), good()];
    case 'none':
    case 'impatient':
      return [good()];
  }
}
