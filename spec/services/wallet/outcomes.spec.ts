import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { type KeyedCall, type Outcome, type OutcomeStore } from '../../../src/rpc/index';
import { type Ledger, LedgerRefusal } from '../../../src/services/wallet/ledger';
import { connectTo } from '../../../src/services/wallet/postgres/connections';
import { PostgresLedger } from '../../../src/services/wallet/postgres/postgres-ledger';
import { openForChange } from '../../../src/services/wallet/sqlite/open-file';
import { SqliteLedger } from '../../../src/services/wallet/sqlite/sqlite-ledger';
import { DURABLE_ENGINES } from './support/engines';

const LIST = [
  ['Bezos', 1_000],
  ['Full', Number.MAX_SAFE_INTEGER],
] as const;

/** A call with a key of that time, in ms, and of that number. */
function keyed(timeMs: number, number = 0, argument = 'one'): KeyedCall {
  const key = Buffer.alloc(16);
  key.writeUIntBE(timeMs, 0, 6);
  key.writeUInt32BE(number, 12);
  const argumentHash = createHash('sha256').update(argument).digest();
  return { caller: undefined, service: 1, method: 2, key, argumentHash };
}

/** Makes an order; its number is the outcome. */
function orders(ledger: Ledger, value: number) {
  return (transaction: unknown): Outcome | Promise<Outcome> => {
    const made = ledger.createOrder('Bezos', value, transaction);
    const toOutcome = ({ order }: { order: number }) => ({
      bytes: Buffer.from(String(order)),
      isRemembered: true,
    });
    return made instanceof Promise ? made.then(toOutcome) : toOutcome(made);
  };
}

/** A ledger that remembers four outcomes. */
async function openSmall(name: string, place: string): Promise<Ledger> {
  const options = { outcomesMax: 4 };
  if (name === 'SQLite') return new SqliteLedger(await openForChange(place), options);
  return new PostgresLedger(await connectTo(place, 5, { creates: true }), options);
}

for (const engine of DURABLE_ENGINES) {
  describe(`the outcomes of keyed calls in ${engine.name}`, function () {
    this.timeout(engine.timeoutMs);
    let place: string;
    let ledger: Ledger;
    before(async function () {
      await engine.prepare(this);
    });
    beforeEach(async () => {
      place = engine.newPlace();
      ledger = await engine.openAt(place, LIST);
    });
    afterEach(() => engine.clear());

    async function transact(
      call: KeyedCall,
      effect: Parameters<OutcomeStore['transact']>[1] = orders(ledger, 1),
      on = ledger,
    ): Promise<string> {
      const transacted = await on.outcomes?.transact(call, effect);
      if (typeof transacted !== 'object') return String(transacted);
      return Buffer.from(transacted.outcome).toString();
    }

    it('are those of the effect at first', async () => {
      expect(await transact(keyed(1))).to.equal('1');
    });

    it('are the same for a repeat, which has no effect', async () => {
      await transact(keyed(1));
      expect(await transact(keyed(1))).to.equal('1');
      expect(await ledger.readBalance('Bezos')).to.equal(999);
    });

    it('are remembered when the process has ended', async () => {
      await transact(keyed(1));
      await ledger.close();
      ledger = await engine.openAt(place, []);
      expect(await transact(keyed(1))).to.equal('1');
      expect(await ledger.readBalance('Bezos')).to.equal(999);
    });

    it('are others for another caller, service, method and key', async () => {
      const call = keyed(1);
      const others = [
        { ...call, caller: '' },
        { ...call, caller: 'somebody' },
        { ...call, service: 2 },
        { ...call, method: 3 },
        keyed(1, 1),
      ];
      const numbers: string[] = [];
      for (const one of [call, ...others]) numbers.push(await transact(one));
      expect(numbers).to.eql(['1', '2', '3', '4', '5', '6']);
    });

    it('are not for other arguments', async () => {
      await transact(keyed(1));
      expect(await transact(keyed(1, 0, 'other'))).to.equal('other-arguments');
      expect(await ledger.readBalance('Bezos')).to.equal(999);
    });

    it('are not remembered of an effect that refuses', async () => {
      const refused = (transaction: unknown) => Promise.resolve(orders(ledger, -1)(transaction));
      const error = await transact(
        keyed(1),
        engine.name === 'SQLite' ? orders(ledger, -1) : refused,
      )
        .then(() => undefined)
        .catch((thrown: unknown) => thrown);
      expect(error).to.be.an.instanceOf(LedgerRefusal);
      expect(await transact(keyed(1))).to.equal('1');
    });

    it('are not remembered when the effect says so', async () => {
      const open = () => ({ bytes: Buffer.from('?'), isRemembered: false });
      expect(await transact(keyed(1), open)).to.equal('?');
      expect(await transact(keyed(1))).to.equal('1');
    });

    it('are the same for many calls at once, of which each comes twice', async () => {
      const calls = Array.from({ length: 200 }, (_, index) => keyed(1, index % 100));
      // Two calls of one key do not run at a time in one process: the second half comes later.
      const first = await Promise.all(calls.slice(0, 100).map((call) => transact(call)));
      const second = await Promise.all(calls.slice(100).map((call) => transact(call)));
      expect(second).to.eql(first);
      expect(await ledger.readBalance('Bezos')).to.equal(900);
    });

    it('are forgotten when there are too many, the oldest by their keys first', async () => {
      await ledger.close();
      const first = await openSmall(engine.name, place);
      for (const timeMs of [60, 50, 40, 30, 20]) {
        await transact(keyed(timeMs), orders(first, 1), first);
      }
      await first.close();
      const second = await openSmall(engine.name, place);
      const repeats: string[] = [];
      for (const timeMs of [20, 30, 60, 15]) {
        repeats.push(await transact(keyed(timeMs), orders(second, 1), second));
      }
      await second.close();
      expect(repeats).to.eql(['forgotten', '4', '1', 'forgotten']);
    });
  });
}
