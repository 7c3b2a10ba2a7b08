import type { Random } from '../fuzz/random-bytes';
import type { Ending, Machine } from './machine';
import type { Network } from './network';
import type { FaultPlan } from './plan';
import type { Scheduler } from './scheduler';

const HOPS_MAX = 16;
const ENDINGS: readonly Ending[] = ['killed', 'killed', 'power', 'power', 'stopped'];

/** Who sees to it that things go wrong, until it is told to stop. */
export class Nemesis {
  private left: number;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    private readonly network: Network,
    private readonly plan: FaultPlan,
    private readonly machines: {
      /** The wallet servers, and the database that they share. */
      readonly wallets: readonly Machine[];
      readonly store: Machine;
      readonly clients: readonly Machine[];
    },
  ) {
    this.left = plan.faultsMax;
  }

  start(): void {
    const { plan, network, random } = this;
    const { wallets, store, clients } = this.machines;
    const all = [...wallets, store, ...clients];
    this.every(plan.walletEveryMs, () =>
      this.crash(wallets.length === 1 ? wallets[0]! : random.pick(wallets)),
    );
    this.every(plan.storeEveryMs, () => this.crash(store));
    this.every(plan.clientEveryMs, () => this.crash(random.pick(clients)));
    this.every(plan.cutEveryMs, () => network.cutOne(plan.vanishing));
    this.every(plan.blockEveryMs, () => {
      const [one, other] = [random.pick(all).name, random.pick(all).name];
      const forMs = random.next() * plan.blockMsMax;
      network.block(one, other, forMs);
      if (random.next() < 0.5) network.block(other, one, forMs);
    });
  }

  stop(): void {
    this.left = 0;
  }

  private crash(machine: Machine): void {
    const { random, plan } = this;
    machine.endSoon(random.pick(ENDINGS), random.below(HOPS_MAX), random.next() * plan.downMsMax);
  }

  /** Again and again, after waits of that length on average. */
  private every(meanMs: number, act: () => void): void {
    if (meanMs === Infinity) return;
    this.scheduler.after(-Math.log(1 - this.random.next()) * meanMs, () => {
      if (this.left === 0) return;
      this.left -= 1;
      act();
      this.every(meanMs, act);
    });
  }
}
