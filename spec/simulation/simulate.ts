import { checkAnswers, checkLastTold, checkReadings } from './check-answers';
import { checkJournal, finalAudit } from './final-audit';
import { History } from './history';
import { World, type WorldOptions } from './world';

/** How long things go wrong, and how long everything may take to end afterwards, in false time. */
const STORM_MS = 60_000;
const CALM_MS = 180_000;
/** Connections that linger, and those that are silent: keepalive finds them within 70 s. */
const SETTLE_MS = 120_000;

/** What became of one seed. */
export interface Outcome {
  readonly seed: number;
  /** Empty: all is well. */
  readonly wrong: readonly string[];
  /** Of everything that has happened: the same for the same seed. */
  readonly hash: number;
  readonly events: number;
  /** How long it took in the world. */
  readonly virtualMs: number;
  readonly payments: number;
  /** Payments of which every call was answered. */
  readonly answered: number;
  readonly calls: number;
  readonly retries: number;
  /** Calls whose outcome was unknown at first and was found out. */
  readonly resolved: number;
  /** Calls that were given up, or whose key was forgotten. */
  readonly abandoned: number;
  readonly readings: number;
  readonly movements: number;
  readonly crashes: number;
  readonly cuts: number;
  readonly blocks: number;
  readonly syncs: number;
}

/** Lives through one world, and looks for what is wrong with it. */
export async function simulate(options: WorldOptions): Promise<Outcome> {
  const world = new World(options);
  const { findings } = world;
  const { stackTraceLimit } = Error;
  // Nobody reads them, and they would take a tenth of the time.
  if (options.tracer === undefined) Error.stackTraceLimit = 0;
  try {
    await live(world);
  } catch (error) {
    findings.add(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  for (const machine of world.machines) machine.endNow();
  try {
    return outcomeOf(options.seed, world);
  } finally {
    world.engine.remove();
  }
}

async function live(world: World): Promise<void> {
  const { scheduler, findings, engine, plan } = world;
  world.start();
  await scheduler.run(() => world.isPaid, STORM_MS);
  world.calmDown();
  if (!(await scheduler.run(() => world.isPaid, scheduler.nowMs + CALM_MS))) {
    const open = world.intents.filter(({ answer, isAbandoned }) => !answer && !isAbandoned);
    findings.add(`${open.length} calls hang: ${JSON.stringify(open[0]?.call)}`);
    return;
  }
  await scheduler.run(() => false, scheduler.nowMs + SETTLE_MS);
  const history = new History(engine.records());
  checkJournal(world, history);
  for (const text of checkAnswers(history, world.intents, plan)) findings.add(text);
  for (const { readings, watchings } of world.payers) {
    for (const text of checkReadings(history, readings, watchings)) findings.add(text);
    for (const text of checkLastTold(history, watchings)) findings.add(text);
  }
  await within(world, 'the audit', finalAudit(world, history));
  await leave(world);
}

/** Everybody ends by their own will, and nothing is left of anything. */
async function leave(world: World): Promise<void> {
  const { clients, store, wallets, network, findings, machines } = world;
  for (const group of [clients, [store], wallets]) {
    const leaving = Promise.all(group.map((machine) => machine.leave()));
    await within(world, `the end of ${group[0]?.name}`, leaving);
  }
  await world.scheduler.run(() => false, world.scheduler.nowMs + SETTLE_MS);
  if (network.openEnds > 0) findings.add(`${network.openEnds} connections are left`);
  for (const { name, process } of machines) {
    if (process !== undefined && process.timers > 0) {
      findings.add(`${name} has ${process.timers} timers left`);
    }
  }
}

async function within(world: World, what: string, promise: Promise<unknown>): Promise<void> {
  const { scheduler, findings } = world;
  let isOver = false;
  const watched = promise.then(() => (isOver = true));
  if (await scheduler.run(() => isOver, scheduler.nowMs + CALM_MS)) await watched;
  else findings.add(`${what} hangs`);
}

function outcomeOf(seed: number, world: World): Outcome {
  const { scheduler, findings, intents, payers, network, engine } = world;
  const payments = payers.flatMap((payer) => payer.payments);
  return {
    seed,
    wrong: findings.wrong,
    hash: scheduler.hash,
    events: scheduler.events,
    virtualMs: scheduler.nowMs,
    payments: payments.length,
    answered: payments.filter(({ create, cashes }) =>
      [create, ...cashes].every(({ answer }) => answer !== undefined),
    ).length,
    calls: findings.sent,
    retries: findings.retries,
    resolved: intents.filter(({ wasUnknown, answer }) => wasUnknown && answer !== undefined).length,
    abandoned: intents.filter(({ isAbandoned }) => isAbandoned).length,
    readings: findings.readings,
    movements: engine.records().reduce((sum, { lines }) => sum + lines.length, 0),
    crashes: world.machines.reduce((sum, { crashes }) => sum + crashes, 0),
    cuts: network.cuts,
    blocks: network.blocks,
    syncs: engine.syncs,
  };
}
