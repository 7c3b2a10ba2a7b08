import { Random } from '../fuzz/random-bytes';
import { MovementKind } from '../../src/services/wallet/movement';
import { Disk } from './disk';
import { Findings } from './findings';
import { Machine } from './machine';
import { Nemesis } from './nemesis';
import { Network } from './network';
import type { Intent } from './notebook';
import { PayerProgram } from './payer-program';
import { drawPlan, type Plan } from './plan';
import type { Planted } from './planted';
import { Scheduler, type Tracer } from './scheduler';
import { STORE_HOST, StoreProgram, WALLET_HOST, WalletProgram } from './servers';

export interface WorldOptions {
  readonly seed: number;
  readonly payments: number;
  readonly planted?: Planted | undefined;
  readonly tracer?: Tracer | undefined;
}

/** A failed program is started again after so long. */
const AGAIN_MS = 100;

/** Both servers, their clients and the network between them: all of it from one seed. */
export class World {
  readonly findings = new Findings();
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly disk: Disk;
  readonly wallet: Machine;
  readonly store: Machine;
  readonly shop: StoreProgram;
  readonly payers: readonly PayerProgram[];
  readonly clients: readonly Machine[];
  private readonly nemesis: Nemesis;

  constructor({ seed, payments, planted, tracer }: WorldOptions) {
    const random = new Random(seed);
    const part = (): Random => new Random(random.below(0x1_0000_0000));
    const plan = (this.plan = drawPlan(part(), payments));
    const scheduler = (this.scheduler = new Scheduler(tracer));
    const network = (this.network = new Network(scheduler, part(), plan.weather));
    const disk = (this.disk = new Disk(scheduler, part(), plan.disk));
    this.open();
    const machine = (name: string, program: Machine['program']): Machine =>
      new Machine(name, scheduler, network, program, random.below(0x1_0000_0000));
    const { gatherMs, outcomesMax, wallets, lanes, habits, thinkMs } = plan;
    this.wallet = machine(
      WALLET_HOST,
      new WalletProgram(network, disk, { gatherMs, outcomesMax, planted }, () =>
        this.wallet.endSoon('power', 0, AGAIN_MS),
      ),
    );
    this.shop = new StoreProgram(network, plan.price, plan.seller, () =>
      this.store.endSoon('killed', 0, AGAIN_MS),
    );
    this.store = machine(STORE_HOST, this.shop);
    const forgets = outcomesMax !== Infinity;
    const { findings } = this;
    this.payers = plan.clients.map(
      (list) =>
        new PayerProgram(list, {
          network,
          disk,
          findings,
          habits,
          forgets,
          lanes,
          wallets,
          thinkMs,
        }),
    );
    this.clients = this.payers.map((payer, index) => machine(`client${index}`, payer));
    this.nemesis = new Nemesis(scheduler, part(), network, plan.faults, {
      wallet: this.wallet,
      store: this.store,
      clients: this.clients,
    });
  }

  get machines(): readonly Machine[] {
    return [this.wallet, this.store, ...this.clients];
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

  start(): void {
    for (const machine of this.machines) machine.start();
    this.nemesis.start();
  }

  /** Nothing goes wrong any more. */
  calmDown(): void {
    this.nemesis.stop();
    this.network.calmDown();
    this.disk.options = { ...this.disk.options, full: 0, broken: 0 };
  }

  /** The wallets are on the disk before anybody serves them. */
  private open(): void {
    const { wallets, opening } = this.plan;
    for (const wallet of wallets) {
      const line = { wallet, kind: MovementKind.OPENED, order: 0, amount: opening };
      this.disk.records.push({ lines: [{ ...line, balance: opening, atMs: 0 }], kept: [] });
    }
    this.disk.synced = this.disk.records.length;
  }
}
