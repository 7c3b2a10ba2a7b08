import { expect } from 'chai';
import { Random } from '../../fuzz/random-bytes';
import { Hosts } from '../../programs/support/hosts';
import { skipUnlessSqlite } from '../../services/wallet/support/sqlite';
import { skipUnlessPostgres } from '../../support/postgres';
import { SILENT, type Report } from '../support/campaign';
import { allKinds } from './all-kinds';
import { bigCalls } from './big-calls';
import { cancels } from './cancels';
import { connections } from './connections';
import { oneBinder } from './binders';
import { diskObstacle, fullDisk } from './full-disk';
import { fuzz } from './fuzz';
import { killsOfDatabase, killsOfFile } from './kills';
import { lastStreamIds } from './last-stream-ids';
import { networkCut } from './network-cut';
import { restarts } from './restarts';
import { stoppedConsumer } from './stopped-consumer';
import { timeOuts } from './time-outs';

/** Repeat a failure by FUZZ_SEED=… */
const seed = Number(process.env.FUZZ_SEED ?? 1 + (Date.now() % 1_000_000_000));

/** The short form of each campaign in spec/soak: the same code, fewer of everything. */
const CAMPAIGNS: Readonly<Record<string, () => Promise<Report>>> = {
  'a server and clients that are sent anything': () => fuzz({ frames: 2_000, seed }, SILENT),
  'a fast producer and a stopped consumer, each way': () =>
    stoppedConsumer({ streams: 5, messages: 1_000 }, SILENT),
  'concurrent calls of 1 MiB': () => bigCalls({ calls: 20, bytes: 1_048_576 }, SILENT),
  'simultaneous time-outs': () => timeOuts({ calls: 1_100, timeoutMs: 200 }, SILENT),
  'calls that are cancelled': () => cancels({ calls: 2_000, seed }, SILENT),
  'many connections, in two processes': () => connections({ connections: 300 }, SILENT),
  'a server that is killed under load and started again': () => restarts({ kills: 2 }, SILENT),
  'a wallet server with its ledger in a file, killed while clients pay': () =>
    killsOfFile({ kills: 4, payers: 20, random: new Random(seed) }, SILENT),
  'two wallet servers with their ledger in PostgreSQL, killed while clients pay': () =>
    killsOfDatabase({ kills: 4, payers: 20, random: new Random(seed) }, SILENT),
  'a wallet server with its ledger in a file on a disk that gets full': () =>
    fullDisk({ fillings: 2, payers: 20, random: new Random(seed), mebibytes: 16 }, SILENT),
  'a wallet server whose cable is pulled while clients pay': () =>
    networkCut({ cuts: 1, payers: 20, cutMsMax: 500, seed, ledger: 'SQLite' }, SILENT),
  'a client near the last stream number': () => lastStreamIds({ rounds: 5 }, SILENT),
  'servers and a binder that end and start while clients call': () =>
    oneBinder(
      {
        rounds: 1,
        clients: 32,
        random: new Random(seed),
        events: ['a server is killed', 'a binder is killed'],
      },
      SILENT,
    ),
  'calls of all kinds': () => allKinds({ calls: 4_000, seed }, SILENT),
};

/** What some of them need, by their titles. */
const NEEDS: Readonly<Record<string, (context: Mocha.Context) => void | Promise<void>>> = {
  'in a file': skipUnlessSqlite,
  'in PostgreSQL': skipUnlessPostgres,
  'a disk that': (context) => skipFor(context, diskObstacle()),
  'cable is pulled': (context) => skipFor(context, Hosts.obstacle()),
};

function skipFor(context: Mocha.Context, obstacle: string | undefined): void {
  if (obstacle === undefined) return;
  if (process.env.CI === 'true') throw new Error(obstacle);
  context.skip();
}

describe(`a campaign in short (FUZZ_SEED=${seed})`, function () {
  this.timeout(60_000);
  for (const [title, run] of Object.entries(CAMPAIGNS)) {
    it(`finds nothing wrong: ${title}`, async function () {
      for (const [words, need] of Object.entries(NEEDS))
        if (title.includes(words)) await need(this);
      const { failures } = await run();
      expect(failures).to.deep.equal([]);
    });
  }
});
