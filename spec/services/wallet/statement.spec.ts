import { expect } from 'chai';
import { type Ledger } from '../../../src/services/wallet/ledger';
import { MemoryLedger } from '../../../src/services/wallet/memory-ledger';
import { type Movement, MovementKind } from '../../../src/services/wallet/movement';
import { ENGINES } from './support/engines';

const ALL = Number.MAX_SAFE_INTEGER;

/** What a statement says, but for the time and the numbers of the lines. */
function told(movements: readonly Movement[] | undefined) {
  return movements?.map(({ kind, order, amount, balance }) => [kind, order, amount, balance]);
}

/** Two wallets; orders of 1, 2, ... from the first, all but the last cashed into the second. */
async function pay(ledger: Ledger, count: number): Promise<void> {
  for (let value = 1; value <= count; value += 1) {
    const { order } = await ledger.createOrder('Bezos', value);
    if (value < count) await ledger.transfer(order, value, 'Dorgival');
  }
}

for (const engine of ENGINES) {
  describe(`the statement of a wallet in ${engine.name}`, function () {
    this.timeout(engine.timeoutMs);
    let ledger: Ledger;
    before(async function () {
      await engine.prepare(this);
    });
    beforeEach(async () => {
      const wallets = [
        ['Bezos', 100],
        ['Dorgival', 10],
      ] as const;
      ledger = await engine.open(wallets);
    });
    afterEach(() => engine.clear());

    it('begins with what the wallet was opened with', async () => {
      expect(told(await ledger.statement('Bezos', ALL, 10))).to.eql([
        [MovementKind.OPENED, 0, 100, 100],
      ]);
    });

    it('has each order that the wallet has paid for, the newest first', async () => {
      await pay(ledger, 2);
      expect(told(await ledger.statement('Bezos', ALL, 10))).to.eql([
        [MovementKind.ORDERED, 2, 2, 97],
        [MovementKind.ORDERED, 1, 1, 99],
        [MovementKind.OPENED, 0, 100, 100],
      ]);
    });

    it('has each order that was cashed into the wallet', async () => {
      await pay(ledger, 3);
      expect(told(await ledger.statement('Dorgival', ALL, 10))).to.eql([
        [MovementKind.CASHED, 2, 2, 13],
        [MovementKind.CASHED, 1, 1, 11],
        [MovementKind.OPENED, 0, 10, 10],
      ]);
    });

    it('has nothing of an order that could not be made or cashed', async () => {
      await ledger.createOrder('Bezos', 101);
      await ledger.transfer(1, 1, 'Bezos');
      expect(await ledger.statement('Bezos', ALL, 10)).to.have.length(1);
    });

    it('numbers its lines in the sequence of what happened', async () => {
      await pay(ledger, 5);
      const lines = (await ledger.statement('Bezos', ALL, 10)) ?? [];
      const numbers = lines.map(({ sequence }) => sequence);
      expect(numbers).to.eql([...numbers].sort((one, other) => other - one));
    });

    it('says when, by the clock of the server', async () => {
      const [line] = (await ledger.statement('Bezos', ALL, 1)) ?? [];
      expect(line?.atMs).to.be.within(Date.now() - 60_000, Date.now());
    });

    it('is as long as it is asked to be', async () => {
      await pay(ledger, 5);
      expect(await ledger.statement('Bezos', ALL, 2)).to.have.length(2);
    });

    it('goes on where another has ended', async () => {
      await pay(ledger, 5);
      const whole = (await ledger.statement('Bezos', ALL, 10)) ?? [];
      const first = whole.slice(0, 2);
      const rest = await ledger.statement('Bezos', first.at(-1)?.sequence ?? 0, 10);
      expect([...first, ...(rest ?? [])]).to.eql(whole);
    });

    it('is whole below a number that no line of the wallet has', async () => {
      await pay(ledger, 3);
      const [newest] = (await ledger.statement('Bezos', ALL, 1)) ?? [];
      expect(told(await ledger.statement('Bezos', (newest?.sequence ?? 0) + 1, 10))).to.eql([
        [MovementKind.ORDERED, 3, 3, 94],
        [MovementKind.ORDERED, 2, 2, 97],
        [MovementKind.ORDERED, 1, 1, 99],
        [MovementKind.OPENED, 0, 100, 100],
      ]);
    });

    it('is undefined for a wallet that does not exist', async () => {
      expect(await ledger.statement('Nobody', ALL, 1)).to.equal(undefined);
    });
  });
}

describe('the statement of a wallet in memory, when more has happened than is remembered', () => {
  it('ends where the memory does', async () => {
    const ledger = new MemoryLedger([['Bezos', 100]], { movementsMax: 3 });
    await pay(ledger, 5);
    expect(told(ledger.statement('Bezos', ALL, 10))).to.eql([
      [MovementKind.ORDERED, 5, 5, 85],
      [MovementKind.ORDERED, 4, 4, 90],
      [MovementKind.ORDERED, 3, 3, 94],
    ]);
  });
});
