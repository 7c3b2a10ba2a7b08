import { Buffer } from 'node:buffer';
import {
  type CallOptions,
  type Client,
  makeIdempotencyKey,
  RpcError,
  StatusCode,
} from '../../src/rpc/index';
import type { Store } from '../../src/services/gen/store';
import type { Wallet } from '../../src/services/gen/wallet';
import { WALLET_UNREACHABLE } from '../../src/services/store/shop';
import type { Engine } from './engine';
import type { Findings } from './findings';
import type { Answer, Call, Intent } from './notebook';
import type { SimulatedProcess } from './simulated-process';

const TIMEOUTS_MS = [50, 300, 1_000, 5_000];
const PAUSE_MS_MAX = 300;
/** A call ends by its time limit, and not later. */
const LATE_MS = 1;

/** What clients do besides what they should, as chances from 0 to 1. */
export interface Habits {
  /** The same call twice at once. */
  readonly duplicates: number;
  /** Once more when it was answered. */
  readonly repeats: number;
  /** With the same key and other arguments, when it was answered. */
  readonly others: number;
  /** Given up in the middle. */
  readonly cancels: number;
}

export interface AskingScene {
  readonly wallet: Client<typeof Wallet>;
  readonly store: Client<typeof Store>;
  readonly engine: Pick<Engine, 'synced'>;
  readonly findings: Findings;
  readonly habits: Habits;
  /** Keys are forgotten so soon that a repeat may be refused. */
  readonly forgets: boolean;
}

/** Keyed calls as a careful client makes them: asked again with the same key until they are answered. */
export class Asking {
  constructor(
    private readonly process: SimulatedProcess,
    private readonly scene: AskingScene,
  ) {}

  /** @returns the answer; undefined when the client has given up, or the key was forgotten */
  async ask(intent: Intent, isImpatient: boolean): Promise<Answer | undefined> {
    const { process, scene } = this;
    if (intent.key === undefined) {
      intent.key = makeIdempotencyKey(process);
      intent.sentAt = scene.engine.synced;
    } else if (intent.answer === undefined) {
      // Of what was sent before this process was started nobody knows anything.
      intent.wasUnknown = true;
    }
    while (intent.answer === undefined && !intent.isAbandoned) {
      const tries = [this.try(intent)];
      if (this.happens(scene.habits.duplicates)) tries.push(this.tryLater(intent));
      await Promise.all(tries);
      if (isImpatient) intent.isAbandoned = !isAnswered(intent);
      else if (!isAnswered(intent)) await process.sleep(process.random() * PAUSE_MS_MAX);
    }
    if (intent.answer !== undefined && this.happens(scene.habits.repeats)) await this.try(intent);
    if (intent.answer !== undefined && this.happens(scene.habits.others)) await this.other(intent);
    return intent.answer;
  }

  private tell(call: Call, key: Uint8Array, what: () => string): void {
    const name = () => `${nameOf(call)} (${Buffer.from(key).toString('hex').slice(-6)})`;
    this.process.scheduler.tell(() => `${this.process.host}: ${name()}: ${what()}`);
  }

  private happens(chance: number): boolean {
    return this.process.random() < chance;
  }

  private async tryLater(intent: Intent): Promise<void> {
    await this.process.sleep(this.process.random() * 10);
    await this.try(intent);
  }

  private async try(intent: Intent): Promise<void> {
    const { findings } = this.scene;
    findings.sent += 1;
    if (intent.sent > 0) findings.retries += 1;
    intent.sent += 1;
    try {
      const answer = await this.make(intent.call, intent.key!);
      this.tell(intent.call, intent.key!, () => `is answered ${textOf(answer)}`);
      if (answer.status === WALLET_UNREACHABLE) intent.wasUnknown = true;
      else this.take(intent, answer);
    } catch (error) {
      this.fail(intent, error);
    }
  }

  private take(intent: Intent, answer: Answer): void {
    const { findings, engine } = this.scene;
    const first = intent.answer;
    if (first === undefined) {
      intent.answer = answer;
      intent.answeredAt = engine.synced;
    } else if (first.status !== answer.status || first.order !== answer.order) {
      findings.add(
        `a repeat of ${nameOf(intent.call)} was answered ${textOf(answer)}, first ${textOf(first)}`,
      );
    }
  }

  private fail(intent: Intent, error: unknown): void {
    const { findings, forgets } = this.scene;
    this.tell(intent.call, intent.key!, () => String(error));
    const code = error instanceof RpcError ? error.code : undefined;
    if (error instanceof RpcError && isPassing(error.code)) {
      intent.wasUnknown ||= error.mayHaveActed;
    } else if (code === StatusCode.FAILED_PRECONDITION && forgets) {
      // It may have been done by a try whose answer was lost.
      intent.isAbandoned = intent.wasUnknown = true;
    } else if (code === StatusCode.INVALID_ARGUMENT && intent.wasMisused) {
      // As long as the other call runs, the key is refused to this one: docs/PROTOCOL.md §12.
    } else findings.add(`${nameOf(intent.call)} failed: ${String(error)}`);
  }

  /** The key of a call that was answered does not do for another. */
  private async other(intent: Intent): Promise<void> {
    const { findings, forgets } = this.scene;
    const call = otherThan(intent.call);
    intent.wasMisused = true;
    findings.sent += 1;
    try {
      const answer = await this.make(call, intent.key!);
      if (answer.status === WALLET_UNREACHABLE) return;
      findings.add(`${nameOf(call)} was answered ${textOf(answer)} by the key of another call`);
    } catch (error) {
      const code = error instanceof RpcError ? error.code : StatusCode.UNKNOWN;
      if (isPassing(code) || code === StatusCode.INVALID_ARGUMENT) return;
      if (code === StatusCode.FAILED_PRECONDITION && forgets) return;
      findings.add(`${nameOf(call)} with the key of another call failed: ${String(error)}`);
    }
  }

  private async make(call: Call, idempotencyKey: Uint8Array): Promise<Answer> {
    const { process, scene } = this;
    const timeoutMs = TIMEOUTS_MS[Math.floor(process.random() * TIMEOUTS_MS.length)]!;
    const waitForReady = this.happens(0.5);
    const options = { timeoutMs, waitForReady, idempotencyKey };
    const startMs = process.now();
    this.tell(call, idempotencyKey, () => `asks, for ${timeoutMs} ms at most`);
    try {
      if (!this.happens(scene.habits.cancels)) return await this.send(call, options);
      const controller = new AbortController();
      const timer = process.setTimer(process.random() * 50, () => controller.abort());
      try {
        return await this.send(call, { ...options, signal: controller.signal });
      } finally {
        timer.cancel();
      }
    } finally {
      const tookMs = process.now() - startMs;
      if (tookMs > timeoutMs + LATE_MS) {
        scene.findings.add(`${nameOf(call)} took ${tookMs} ms, its limit is ${timeoutMs}`);
      }
    }
  }

  private async send(call: Call, options: CallOptions): Promise<Answer> {
    const { wallet, store } = this.scene;
    switch (call.kind) {
      case 'create':
        return wallet.createOrder({ wallet: call.wallet, value: call.value }, options);
      case 'transfer': {
        const { order, check, wallet: into } = call;
        const { status } = await wallet.transfer({ order, check, wallet: into }, options);
        return { status, order: 0 };
      }
      case 'sell':
        return { status: (await store.sell({ order: call.order }, options)).status, order: 0 };
    }
  }
}

export function nameOf(call: Call): string {
  switch (call.kind) {
    case 'create':
      return `an order of ${call.value} from ${call.wallet}`;
    case 'transfer':
      return `order ${call.order} of ${call.check} into ${call.wallet}`;
    case 'sell':
      return `order ${call.order} at the store`;
  }
}

export function textOf({ status, order }: Answer): string {
  return order === 0 ? String(status) : `${status}, order ${order}`;
}

function isAnswered({ answer }: Intent): boolean {
  return answer !== undefined;
}

function otherThan(call: Call): Call {
  switch (call.kind) {
    case 'create':
      return { ...call, value: call.value + 1 };
    case 'transfer':
      return { ...call, check: call.check + 1 };
    case 'sell':
      return { ...call, order: call.order + 1 };
  }
}

function isPassing(code: StatusCode): boolean {
  return (
    code === StatusCode.UNAVAILABLE ||
    code === StatusCode.DEADLINE_EXCEEDED ||
    code === StatusCode.CANCELLED
  );
}
