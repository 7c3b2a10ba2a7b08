import { expect } from 'chai';
import { SILENT, type Report } from '../support/campaign';
import { allKinds } from './all-kinds';
import { bigCalls } from './big-calls';
import { cancels } from './cancels';
import { connections } from './connections';
import { fuzz } from './fuzz';
import { lastStreamIds } from './last-stream-ids';
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
  'a client near the last stream number': () => lastStreamIds({ rounds: 5 }, SILENT),
  'calls of all kinds': () => allKinds({ calls: 4_000, seed }, SILENT),
};

describe(`a campaign in short (FUZZ_SEED=${seed})`, function () {
  this.timeout(60_000);
  for (const [title, run] of Object.entries(CAMPAIGNS)) {
    it(`finds nothing wrong: ${title}`, async () => {
      const { failures } = await run();
      expect(failures).to.deep.equal([]);
    });
  }
});
