import { OrderStatus, TransferStatus } from '../../src/services/wallet/ledger';
import { MovementKind } from '../../src/services/wallet/movement';
import { nameOf, textOf } from './asking';
import type { History } from './history';
import type { Answer, Intent, Reading } from './notebook';
import type { Watching } from './payer-program';

/** The shop, as the journal sees it. */
export interface ShopFacts {
  readonly price: number;
  readonly seller: string;
}

/** What a call would do to the ledger. */
interface Effect {
  readonly kind: MovementKind;
  readonly wallet: string;
  readonly amount: number;
  /** 0: not known before. */
  readonly order: number;
}

/**
 * Compares what clients were told with the journal. Each effect that was answered is there, once,
 * between its call and its answer; each refusal was right at some moment between them; and nothing
 * is there that nobody asked for.
 */
export function checkAnswers(
  history: History,
  intents: readonly Intent[],
  shop: ShopFacts,
): string[] {
  const wrong: string[] = [];
  const left = new Map<string, number[]>();
  for (const { line, at } of history.lines) {
    if (line.kind === MovementKind.OPENED) continue;
    push(left, textOfEffect(line), at);
  }
  for (const intent of intents) {
    if (intent.answer === undefined) continue;
    const effect = effectOf(intent, shop);
    const name = `${nameOf(intent.call)}, answered ${textOf(intent.answer)}`;
    if (intent.answer.status === 0) {
      const at = left.get(textOfEffect(effect))?.shift();
      if (at === undefined) wrong.push(`${name}, is not in the ledger`);
      else if (at <= intent.sentAt || at > intent.answeredAt) {
        wrong.push(`${name}, happened at ${at}, not within ${spanOf(intent)}`);
      }
    } else if (!wasRight(history, intent, intent.answer, effect)) {
      wrong.push(`${name}: it was never so within ${spanOf(intent)}`);
    }
  }
  return [...wrong, ...checkLeft(left, intents, shop)];
}

/** What nobody was answered may still have happened, once for each call of which nothing is known. */
function checkLeft(
  left: ReadonlyMap<string, number[]>,
  intents: readonly Intent[],
  shop: ShopFacts,
): string[] {
  const unknown = new Map<string, number>();
  for (const intent of intents) {
    if (intent.answer !== undefined || !intent.wasUnknown) continue;
    const text = textOfUnknown(effectOf(intent, shop));
    unknown.set(text, (unknown.get(text) ?? 0) + 1);
  }
  const wrong: string[] = [];
  for (const [text, positions] of left) {
    for (const at of positions) {
      const key = text.startsWith(`${MovementKind.ORDERED} `) ? text.replace(/ \d+$/, ' 0') : text;
      const count = unknown.get(key) ?? 0;
      if (count === 0) wrong.push(`the ledger has at ${at} what nobody was answered: ${text}`);
      unknown.set(key, count - 1);
    }
  }
  return wrong;
}

export function checkReadings(
  history: History,
  readings: readonly Reading[],
  watchings: readonly Watching[],
): string[] {
  const wrong: string[] = [];
  for (const { wallet, value, from, to } of readings) {
    const found = history.findBalance(wallet, from, to, (balance) => balance === value);
    if (found === undefined) {
      wrong.push(`'${wallet}' was read as ${value}: it never held that from ${from} to ${to}`);
    }
  }
  for (const { wallet, from, told } of watchings) {
    let after = from;
    for (const { value, to } of told) {
      const found = history.findBalance(wallet, after, to, (balance) => balance === value);
      if (found === undefined) {
        wrong.push(`'${wallet}' was told as ${value}: it did not hold that from ${after} to ${to}`);
        break;
      }
      after = found;
    }
  }
  return wrong;
}

/** When all has been calm for a while, whoever watches has been told the last balance. */
export function checkLastTold(history: History, watchings: readonly Watching[]): string[] {
  const last = watchings.at(-1);
  if (last === undefined) return [];
  const told = last.told.at(-1)?.value;
  const balance = history.balanceOf(last.wallet);
  if (told === balance) return [];
  return [`who watches '${last.wallet}' was told ${told} last, and it holds ${balance}`];
}

function wasRight(history: History, intent: Intent, answer: Answer, effect: Effect): boolean {
  const { sentAt: from, answeredAt: to, call } = intent;
  if (call.kind === 'create') {
    const isPoor = (balance: number) => balance < call.value;
    return (
      answer.status === OrderStatus.NOT_ENOUGH &&
      history.findBalance(call.wallet, from, to, isPoor) !== undefined
    );
  }
  const order = history.orders.get(effect.order);
  if (answer.status === TransferStatus.NO_ORDER) {
    return order === undefined || order.madeAt > from || order.cashedAt <= to;
  }
  const wasPending = order !== undefined && order.madeAt <= to && order.cashedAt > from;
  if (answer.status === TransferStatus.OTHER_VALUE) {
    return wasPending && order.value !== effect.amount;
  }
  return (
    answer.status === TransferStatus.NO_WALLET && wasPending && !history.wallets.has(effect.wallet)
  );
}

function effectOf({ call, answer }: Intent, { price, seller }: ShopFacts): Effect {
  switch (call.kind) {
    case 'create': {
      const { wallet, value: amount } = call;
      return { kind: MovementKind.ORDERED, wallet, amount, order: answer?.order ?? 0 };
    }
    case 'transfer': {
      const { wallet, check: amount, order } = call;
      return { kind: MovementKind.CASHED, wallet, amount, order };
    }
    case 'sell':
      return { kind: MovementKind.CASHED, wallet: seller, amount: price, order: call.order };
  }
}

function textOfEffect({ kind, wallet, amount, order }: Effect): string {
  return `${kind} ${wallet} ${amount} ${order}`;
}

/** Of an order that nobody was told of the number is not known. */
function textOfUnknown(effect: Effect): string {
  const isOrder = effect.kind === MovementKind.ORDERED;
  return textOfEffect(isOrder ? { ...effect, order: 0 } : effect);
}

function spanOf({ sentAt, answeredAt }: Intent): string {
  return `${sentAt} to ${answeredAt}`;
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
