import { expect } from 'chai';
import fc from 'fast-check';
import { type Ledger, LedgerRefusal } from '../../../src/services/wallet/ledger';
import { ENGINES, listOf } from './support/engines';

const MAX = 2n ** 53n - 1n;
const NAMES = ['Dorgival', 'Bezos', 'Papai_Noel', 'Nobody'];

type Operation =
  | { kind: 'read'; wallet: string }
  | { kind: 'create'; wallet: string; value: number }
  | { kind: 'transfer'; order: number; isExact: boolean; wallet: string };

const walletName = fc.constantFrom(...NAMES);
const amount = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -2, max: 40 }) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
  { weight: 1, arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1) },
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('read' as const), wallet: walletName }),
  fc.record({ kind: fc.constant('create' as const), wallet: walletName, value: amount }),
  fc.record({
    kind: fc.constant('transfer' as const),
    order: fc.integer({ min: 0, max: 12 }),
    isExact: fc.boolean(),
    wallet: walletName,
  }),
);
const balances = fc.tuple(
  ...NAMES.slice(0, 3).map((name) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof(fc.integer({ min: 0, max: 100 }), fc.maxSafeNat(), fc.constant(Number(MAX))),
    ),
  ),
);
const history = fc.tuple(balances, fc.array(operation, { maxLength: 60 }));

/** The assignment's words and nothing else, in whole numbers without a limit. */
class Model {
  readonly wallets: { name: string; value: bigint }[];
  readonly orders: { value: bigint; isCashed: boolean }[] = [];

  constructor(initial: [string, number][]) {
    this.wallets = initial.map(([name, value]) => ({ name, value: BigInt(value) }));
  }

  apply(step: Operation): string {
    const wallet = this.wallets.find(({ name }) => name === step.wallet);
    if (step.kind === 'read') return wallet === undefined ? '-1' : String(wallet.value);
    if (step.kind === 'create') return this.create(wallet, BigInt(step.value));
    const order = this.orders[step.order - 1];
    if (order === undefined || order.isCashed) return '-1';
    if (!step.isExact) return '-2';
    if (wallet === undefined) return '-3';
    if (wallet.value + order.value > MAX) return 'overflow';
    wallet.value += order.value;
    order.isCashed = true;
    return '0';
  }

  /** What an order holds, whether or not it was cashed: the value that a client knows. */
  valueOf(order: number): number {
    return Number(this.orders[order - 1]?.value ?? 0n);
  }

  get pending(): number {
    return this.orders.filter(({ isCashed }) => !isCashed).length;
  }

  private create(wallet: { value: bigint } | undefined, value: bigint): string {
    if (value < 0n) return 'amount';
    if (wallet === undefined) return '-1';
    if (wallet.value < value) return '-2';
    wallet.value -= value;
    this.orders.push({ value, isCashed: false });
    return String(this.orders.length);
  }
}

async function apply(
  ledger: Ledger,
  step: Operation,
  valueOf: (order: number) => number,
): Promise<string> {
  try {
    if (step.kind === 'read') return String(await ledger.readBalance(step.wallet));
    if (step.kind === 'create') {
      const { status, order } = await ledger.createOrder(step.wallet, step.value);
      return String(status === 0 ? order : status);
    }
    const check = valueOf(step.order) + (step.isExact ? 0 : 1);
    return String(await ledger.transfer(step.order, check, step.wallet));
  } catch (error) {
    if (error instanceof LedgerRefusal) return error.reason;
    throw error;
  }
}

function sum(values: Iterable<bigint>): bigint {
  let total = 0n;
  for (const value of values) total += value;
  return total;
}

for (const engine of ENGINES) {
  describe(`Ledger in ${engine.name}, any sequence of operations`, function () {
    this.timeout(engine.timeoutMs);
    const runs = { numRuns: engine.numRuns };
    before(async function () {
      await engine.prepare(this);
    });
    afterEach(() => engine.clear());

    it('answers each as the assignment says', async () => {
      await fc.assert(
        fc.asyncProperty(history, async ([initial, steps]) => {
          const ledger = await engine.open(initial);
          const model = new Model(initial);
          for (const step of steps) {
            const answer = await apply(ledger, step, (order) => model.valueOf(order));
            expect(answer, JSON.stringify(step)).to.equal(model.apply(step));
          }
          expect(await ledger.end()).to.equal(model.pending);
        }),
        runs,
      );
    });

    it('ends with the balances that the assignment says', async () => {
      await fc.assert(
        fc.asyncProperty(history, async ([initial, steps]) => {
          const ledger = await engine.open(initial);
          const model = new Model(initial);
          for (const step of steps) {
            await apply(ledger, step, (order) => model.valueOf(order));
            model.apply(step);
          }
          expect(await listOf(ledger)).to.eql(
            model.wallets.map(({ name, value }) => [name, Number(value)]),
          );
        }),
        runs,
      );
    });

    it('neither makes nor loses money: wallets and pending orders hold the same sum for ever', async () => {
      await fc.assert(
        fc.asyncProperty(history, async ([initial, steps]) => {
          const ledger = await engine.open(initial);
          const pending = new Map<number, number>();
          const total = async () =>
            sum(
              [...(await listOf(ledger)).map(([, value]) => value), ...pending.values()].map(
                BigInt,
              ),
            );
          const before = await total();
          for (const step of steps) {
            const answer = Number(await apply(ledger, step, (order) => pending.get(order) ?? -1));
            if (step.kind === 'create' && answer > 0) pending.set(answer, step.value);
            if (step.kind === 'transfer' && answer === 0) pending.delete(step.order);
            expect(await total()).to.equal(before);
          }
        }),
        runs,
      );
    });

    it('never holds a balance below 0 or above 2^53 - 1', async () => {
      await fc.assert(
        fc.asyncProperty(history, async ([initial, steps]) => {
          const ledger = await engine.open(initial);
          const values: number[] = [];
          for (const step of steps) {
            const answer = Number(await apply(ledger, step, (order) => values[order - 1] ?? 0));
            if (step.kind === 'create' && answer > 0) values.push(step.value);
            for (const [name, value] of await listOf(ledger)) {
              expect(value >= 0 && Number.isSafeInteger(value), `${name} ${value}`).to.equal(true);
            }
          }
        }),
        runs,
      );
    });

    it('numbers the orders that were made 1, 2, 3 ... without a gap', async () => {
      await fc.assert(
        fc.asyncProperty(history, async ([initial, steps]) => {
          const ledger = await engine.open(initial);
          const numbers: number[] = [];
          for (const step of steps) {
            const answer = Number(await apply(ledger, step, () => 0));
            if (step.kind === 'create' && answer > 0) numbers.push(answer);
          }
          expect(numbers).to.eql(numbers.map((_, index) => index + 1));
        }),
        runs,
      );
    });
  });
}
