import { expect } from 'chai';
import { formatAddress } from '../../src/rpc/index';
import { CASES } from '../../src/conformance/cases/index';
import { checkClient } from '../../src/conformance/check';
import { learnClients } from './dynamic-clients';
import { perform } from '../../src/conformance/perform';
import { createConformanceServer } from '../../src/conformance/reference-server';

/** Longer than the longest time of all the cases before one, so that the case says why. */
const TIMEOUT_MS = 120_000;
/** Most of their time is waiting. */
const AT_ONCE = 4;

describe('conformance of a client without a stub', function () {
  this.timeout(TIMEOUT_MS);
  // One for each lane, as a server counts its keyed calls.
  const servers = Array.from({ length: AT_ONCE }, createConformanceServer);
  const cases = CASES.flatMap((one) => ('notApplicable' in one || 'script' in one ? [] : [one]));
  const problems = new Map<string, Promise<string | undefined>>();

  before(async () => {
    const addresses = await Promise.all(
      servers.map(async (server) => {
        return formatAddress(await server.listen({ port: 0, host: '127.0.0.1' }));
      }),
    );
    const clients = await learnClients();
    const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
    for (const [index, one] of cases.entries()) {
      const lane = index % AT_ONCE;
      const problem = lanes[lane]!.then(() =>
        checkClient(one, addresses[lane]!, (task) => perform(task, clients)),
      );
      lanes[lane] = problem.then(() => undefined);
      problems.set(one.name, problem);
    }
  });
  after(() => Promise.all(servers.map((server) => server.close({ drainMs: 0 }))));

  for (const { name, section, group } of cases) {
    it(`${group}: ${name} (${section})`, async () => {
      expect(await problems.get(name)).to.equal(undefined);
    });
  }
});
