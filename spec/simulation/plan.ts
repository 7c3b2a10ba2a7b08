import type { Random } from '../fuzz/random-bytes';
import type { Habits } from './asking';
import type { DiskOptions } from './disk';
import { newIntent, type Oddity, type Payment } from './notebook';
import type { Weather } from './weather';

/** How often each fault comes, in milliseconds between two on average; Infinity: never. */
export interface FaultPlan {
  /** No more than so many in all. */
  readonly faultsMax: number;
  readonly walletEveryMs: number;
  readonly storeEveryMs: number;
  readonly clientEveryMs: number;
  readonly cutEveryMs: number;
  readonly blockEveryMs: number;
  /** How often a connection that is cut is lost without a word. */
  readonly vanishing: number;
  /** How long a machine is down, and a direction blocked, at most. */
  readonly downMsMax: number;
  readonly blockMsMax: number;
}

/** All that is drawn of a world before anything happens in it. */
export interface Plan {
  readonly weather: Weather;
  readonly faults: FaultPlan;
  readonly disk: DiskOptions;
  readonly habits: Habits;
  readonly gatherMs: number;
  readonly outcomesMax: number;
  readonly thinkMs: number;
  readonly wallets: readonly string[];
  readonly opening: number;
  readonly price: number;
  readonly seller: string;
  /** How many payments at a time each client makes. */
  readonly lanes: number;
  /** The payments of each client. */
  readonly clients: readonly (readonly Payment[])[];
}

const ODDITIES: readonly Oddity[] = ['wrong-check', 'no-wallet', 'twice', 'impatient'];
const OPENING_MAX = 2_000;
const PRICE_MAX = 50;
/** Keys in worlds that forget them soon. */
const OUTCOMES_FEW = 15;

/** Worlds differ in everything: a fault may hide where another one is too frequent. */
export function drawPlan(random: Random, payments: number): Plan {
  const either = (chance: number, value: () => number, otherwise: number): number =>
    random.next() < chance ? value() : otherwise;
  const wallets = Array.from({ length: 2 + random.below(6) }, (_, index) => `w${index}`);
  const price = 1 + random.below(PRICE_MAX);
  const seller = random.pick(wallets);
  const clients: Payment[][] = Array.from({ length: 1 + random.below(5) }, () => []);
  for (let count = 0; count < payments; count++) {
    clients[count % clients.length]!.push(drawPayment(random, wallets, price, seller));
  }
  const every = () => between(random, 20, 3_000);
  return {
    weather: drawWeather(random, either),
    faults: {
      faultsMax: Math.floor(between(random, 3, 150)),
      walletEveryMs: either(0.7, every, Infinity),
      storeEveryMs: either(0.5, every, Infinity),
      clientEveryMs: either(0.4, every, Infinity),
      cutEveryMs: either(0.6, every, Infinity),
      blockEveryMs: either(0.4, every, Infinity),
      downMsMax: between(random, 10, 3_000),
      blockMsMax: between(random, 10, 20_000),
      vanishing: either(0.3, () => 0.3, 0),
    },
    disk: {
      syncMs: between(random, 0.1, 20),
      full: either(0.3, () => 0.05, 0),
      broken: either(0.3, () => 0.02, 0),
    },
    habits: {
      duplicates: either(0.6, () => 0.3, 0),
      repeats: either(0.6, () => 0.3, 0),
      others: either(0.6, () => 0.2, 0),
      cancels: either(0.4, () => 0.2, 0),
    },
    gatherMs: between(random, 0.01, 2),
    outcomesMax: either(0.1, () => OUTCOMES_FEW, Infinity),
    thinkMs: between(random, 0.1, 100),
    wallets,
    opening: 1 + random.below(OPENING_MAX),
    price,
    seller,
    lanes: 1 + random.below(4),
    clients,
  };
}

function drawWeather(
  random: Random,
  either: (chance: number, value: () => number, otherwise: number) => number,
): Weather {
  const latencyMs = between(random, 0.02, 20);
  return {
    latencyMs,
    jitterMs: latencyMs * between(random, 0.1, 10),
    spikes: either(0.4, () => 0.02, 0),
    spikeMs: between(random, 10, 2_000),
    splits: either(0.4, () => 0.1, 0),
    stalls: either(0.4, () => 0.1, 0),
    capacityBytes: Math.floor(between(random, 200, 100_000)),
  };
}

function drawPayment(
  random: Random,
  wallets: readonly string[],
  price: number,
  seller: string,
): Payment {
  const isSale = random.next() < 0.4;
  const from = random.pick(wallets);
  const value = isSale ? price : random.below(2 * PRICE_MAX);
  return {
    from,
    to: isSale ? seller : random.pick(wallets),
    value,
    isSale,
    oddity: random.next() < 0.25 ? random.pick(ODDITIES) : 'none',
    create: newIntent({ kind: 'create', wallet: from, value }),
    cashes: [],
    isDone: false,
  };
}

/** As likely from 1 to 10 as from 10 to 100. */
function between(random: Random, least: number, most: number): number {
  return least * (most / least) ** random.next();
}
