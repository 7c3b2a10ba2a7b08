import { Random } from '../fuzz/random-bytes';
import { Disk } from './disk';
import type { Engine, EngineName } from './engine';
import { Findings } from './findings';
import { Machine, type Program } from './machine';
import { Nemesis } from './nemesis';
import { Network } from './network';
import type { Intent, Payment } from './notebook';
import { PayerProgram } from './payer-program';
import { drawPlan, type Plan } from './plan';
import type { Planted } from './planted';
import { Scheduler, type Tracer } from './scheduler';
import { DATABASE_HOST, SharedDatabase } from './shared-database';
import { SimulatedEngine } from './simulated-engine';
import { SqliteEngine } from './sqlite-engine';
import { STORE_HOST, StoreProgram, WalletProgram } from './servers';

export interface WorldOptions {
  readonly seed: number;
  readonly payments: number;
  readonly engine?: EngineName | undefined;
  readonly planted?: Planted | undefined;
  readonly tracer?: Tracer | undefined;
}

/** A failed program is started again after so long. */
const AGAIN_MS = 100;
/** How often a transaction of the shared database is undone. */
const CONFLICTS = 0.1;

/** Both servers, their clients and the network between them: all of it from one seed. */
export class World {
  readonly findings = new Findings();
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly engine: Engine;
  readonly walletHosts: readonly string[];
  readonly wallets: readonly Machine[];
  /** That the wallet servers share, if they are several. */
  readonly database: Machine | undefined;
  readonly store: Machine;
  readonly shop: StoreProgram;
  readonly payers: readonly PayerProgram[];
  readonly clients: readonly Machine[];
  private readonly nemesis: Nemesis;

  constructor(options: WorldOptions) {
    const { seed, payments, tracer } = options;
    const random = new Random(seed);
    const part = (): Random => new Random(random.below(0x1_0000_0000));
    const plan = (this.plan = drawPlan(part(), payments));
    const scheduler = (this.scheduler = new Scheduler(tracer));
    const network = (this.network = new Network(scheduler, part(), plan.weather));
    const machine = (name: string, program: Program): Machine =>
      new Machine(name, scheduler, network, program, random.below(0x1_0000_0000));
    const disk = new Disk(scheduler, part(), plan.disk);
    const isShared = options.engine === 'shared';
    this.walletHosts = isShared ? ['wallet', 'wallet2'] : ['wallet'];
    const database = isShared ? this.sharedDatabase(disk, part(), options.planted) : undefined;
    const engine = (this.engine = database ?? engineOf(options, plan, disk));
    this.wallets = this.walletHosts.map((host, index) => {
      const onBroken = (): void => this.wallets[index]?.endSoon('power', 0, AGAIN_MS);
      return machine(host, new WalletProgram(network, engine, onBroken));
    });
    if (database !== undefined) this.database = machine(DATABASE_HOST, database);
    this.shop = new StoreProgram(network, this.walletHosts, plan.price, plan.seller, () =>
      this.store.endSoon('killed', 0, AGAIN_MS),
    );
    this.store = machine(STORE_HOST, this.shop);
    this.payers = plan.clients.map((list) => this.payer(list, !isShared));
    this.clients = this.payers.map((payer, index) => machine(`client${index}`, payer));
    this.nemesis = new Nemesis(scheduler, part(), network, plan.faults, {
      wallets: this.database === undefined ? this.wallets : [...this.wallets, this.database],
      store: this.store,
      clients: this.clients,
    });
  }

  get machines(): readonly Machine[] {
    const database = this.database === undefined ? [] : [this.database];
    return [...database, ...this.wallets, this.store, ...this.clients];
  }

  get isPaid(): boolean {
    return this.payers.every(({ isDone }) => isDone);
  }

  /** What the wallets began with together. */
  get opened(): number {
    return this.plan.opening * this.plan.wallets.length;
  }

  /** All keyed calls that clients wanted to make. */
  get intents(): Intent[] {
    return this.payers
      .flatMap(({ payments }) => payments)
      .flatMap(({ create, cashes }) => [create, ...cashes]);
  }

  private payer(payments: readonly Payment[], watches: boolean): PayerProgram {
    const { network, engine, findings, walletHosts } = this;
    const { habits, lanes, wallets, thinkMs, outcomesMax } = this.plan;
    const forgets = outcomesMax !== Infinity;
    return new PayerProgram(payments, {
      ...{ network, engine, findings, walletHosts },
      ...{ habits, forgets, lanes, wallets, thinkMs, watches },
    });
  }

  private sharedDatabase(disk: Disk, random: Random, planted?: Planted): SharedDatabase {
    const { outcomesMax, wallets, opening } = this.plan;
    const onBroken = (): void => this.database?.endSoon('power', 0, AGAIN_MS);
    const options = { outcomesMax, conflicts: CONFLICTS, planted };
    return new SharedDatabase(this.network, random, disk, options, onBroken, wallets, opening);
  }

  start(): void {
    for (const machine of this.machines) machine.start();
    this.nemesis.start();
  }

  /** Nothing goes wrong any more. */
  calmDown(): void {
    this.nemesis.stop();
    this.network.calmDown();
    this.engine.calmDown();
  }
}

function engineOf({ engine, planted }: WorldOptions, plan: Plan, disk: Disk): Engine {
  const { gatherMs, outcomesMax, wallets, opening } = plan;
  if (engine === 'sqlite') return new SqliteEngine({ gatherMs, outcomesMax }, wallets, opening);
  return new SimulatedEngine(disk, { gatherMs, outcomesMax, planted }, wallets, opening);
}
