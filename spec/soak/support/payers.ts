import {
  type Client,
  makeIdempotencyKey,
  RpcError,
  StatusCode,
  systemEnvironment,
} from '../../../src/rpc/index';
import { type Wallet } from '../../../src/services/gen/wallet';
import { type Ask } from '../../../src/services/wallet/audit';
import { auditPlace, lookAt } from '../../../src/services/wallet/audit-place';
import type { Random } from '../../fuzz/random-bytes';
import { MovementKind } from '../../../src/services/wallet/movement';
import type { Report } from './campaign';

const VALUE_MAX = 50;
/** One try of ours; the channel tries again by itself within it. */
const TRY_MS = 3_000;
/** Nobody waits longer than that for one call: it would have hung. */
const TRIES_MAX = 40;
const PROGRESS_PAYMENTS = 5;

/** A payment that was answered at both ends. */
interface Paid {
  readonly order: number;
  readonly value: number;
  readonly from: string;
  readonly to: string;
}

export interface Compared {
  readonly cashed: number;
  readonly lost: number;
  readonly doubled: number;
  readonly failures: readonly string[];
}

/** Clients that pay from any wallet into any other, and ask again with the same key until told. */
export class Payers {
  readonly failures: string[] = [];
  sent = 0;
  repeated = 0;
  readonly #paid: Paid[] = [];
  #isOver = false;
  #working: Promise<void>[] = [];
  #onPaid: () => void = () => undefined;

  constructor(
    private readonly wallet: Client<typeof Wallet>,
    private readonly names: readonly string[],
    private readonly random: Random,
  ) {}

  get paid(): number {
    return this.#paid.length;
  }

  start(count: number): void {
    this.#working = Array.from({ length: count }, async () => {
      while (!this.#isOver) await this.#pay();
    });
  }

  /** Some payments more have been answered: the server works again. */
  async progress(): Promise<void> {
    const until = this.#paid.length + PROGRESS_PAYMENTS;
    while (this.#paid.length < until && this.failures.length === 0) {
      await new Promise<void>((resolve) => (this.#onPaid = resolve));
    }
  }

  /** Lets each payment that has begun come to its end. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#working);
  }

  /**
   * What became of all payments, when the servers have done with them.
   * @param place where the ledger is
   * @param opening what each wallet began with
   */
  async judge(place: string, opening: number): Promise<Report> {
    const { differences } = await auditPlace(place);
    const { cashed, lost, doubled, failures } = await lookAt(place, (ask) =>
      this.compare(ask, opening),
    );
    return {
      line:
        `${this.sent} calls sent, ${this.repeated} again by the payers, ` +
        `${this.paid} payments answered, ${cashed} found; lost ${lost}, doubled ${doubled}`,
      failures: [...this.failures, ...differences, ...failures],
    };
  }

  /**
   * Compares what was answered with the journal: an order that was answered is in it once, made and
   * cashed; nothing else is; and each wallet holds what its payments leave.
   * @param opening what each wallet began with
   */
  async compare(ask: Ask, opening: number): Promise<Compared> {
    const rows = (await ask(
      `SELECT name, kind, order_number, amount FROM movement JOIN wallet ON wallet.id = wallet
       WHERE kind <> ${MovementKind.OPENED}`,
    )) as { name: string; kind: number; order_number: number; amount: number }[];
    const counts = new Map<string, number>();
    for (const { name, kind, order_number: order, amount } of rows) {
      const line = `${kind} ${order} ${amount} ${name}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
    let lost = 0;
    const balances = new Map(this.names.map((name) => [name, opening]));
    for (const { order, value, from, to } of this.#paid) {
      balances.set(from, (balances.get(from) ?? 0) - value);
      balances.set(to, (balances.get(to) ?? 0) + value);
      for (const line of [
        `${MovementKind.ORDERED} ${order} ${value} ${from}`,
        `${MovementKind.CASHED} ${order} ${value} ${to}`,
      ]) {
        const count = counts.get(line) ?? 0;
        if (count === 0) lost += 1;
        counts.set(line, count - 1);
      }
    }
    const doubled = [...counts.values()].reduce((sum, count) => sum + Math.max(0, count), 0);
    const failures = [];
    if (lost > 0) failures.push(`${lost} movements that were answered are not in the journal`);
    if (doubled > 0) failures.push(`${doubled} movements in the journal were answered to nobody`);
    for (const row of await ask('SELECT name, balance FROM wallet')) {
      const expected = balances.get(String(row.name));
      if (row.balance !== expected) {
        failures.push(`${String(row.name)} holds ${String(row.balance)}, not ${expected}`);
      }
    }
    const cashed = rows.filter(({ kind }) => (kind as MovementKind) === MovementKind.CASHED).length;
    return { cashed, lost, doubled, failures };
  }

  async #pay(): Promise<void> {
    const [from, to] = [this.#anyName(), this.#anyName()];
    const value = this.random.below(VALUE_MAX);
    const made = await this.#ask((options) =>
      this.wallet.createOrder({ wallet: from, value }, options),
    );
    if (made === undefined) return;
    if (made.status !== 0) {
      this.failures.push(`an order of ${value} from ${from}: status ${made.status}`);
      return;
    }
    const { order } = made;
    const cashed = await this.#ask((options) =>
      this.wallet.transfer({ order, check: value, wallet: to }, options),
    );
    if (cashed === undefined) return;
    if (cashed.status !== 0) {
      this.failures.push(`order ${order} into ${to}: status ${cashed.status}`);
      return;
    }
    this.#paid.push({ order, value, from, to });
    this.#onPaid();
  }

  /** One call, again and again with one key, as somebody who has restarted would. */
  async #ask<T>(
    call: (options: {
      idempotencyKey: Uint8Array;
      timeoutMs: number;
      waitForReady: boolean;
    }) => Promise<T>,
  ): Promise<T | undefined> {
    const idempotencyKey = makeIdempotencyKey(systemEnvironment);
    for (let tries = 1; ; tries += 1) {
      this.sent += 1;
      if (tries > 1) this.repeated += 1;
      try {
        return await call({ idempotencyKey, timeoutMs: TRY_MS, waitForReady: true });
      } catch (error) {
        if (isPassing(error) && tries < TRIES_MAX) continue;
        this.failures.push(`after ${tries} tries: ${String(error)}`);
        this.#isOver = true;
        this.#onPaid();
        return undefined;
      }
    }
  }

  #anyName(): string {
    return this.random.pick(this.names);
  }
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof RpcError &&
    (error.code === StatusCode.UNAVAILABLE || error.code === StatusCode.DEADLINE_EXCEEDED)
  );
}
