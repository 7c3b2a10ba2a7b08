import { expect } from 'chai';
import { join } from 'node:path';
import { CASES } from '../../src/conformance/cases/index';
import { checkClient, checkServer, sidesOf } from '../../src/conformance/check';
import { ClientCommand } from '../../src/conformance/client-command';
import { createConformanceServer } from '../../src/conformance/reference-server';
import type { Capability } from '../../src/conformance/model';
import { inapplicability, type Side } from '../../src/conformance/report';
import { formatAddress } from '../../src/rpc/index';
import { Stage } from '../programs/support/program';
import { PACKAGE } from './support/python';

/** Of each group so many cases, for each side; python/README.md says how to run all. */
const CASES_OF_A_GROUP = 2;

const NOTHING_LACKS: ReadonlySet<Capability> = new Set();
const GROUPS = [...new Set(CASES.map(({ group }) => group))];

function casesFor(side: Side): readonly (typeof CASES)[number][] {
  return GROUPS.flatMap((group) =>
    CASES.filter(
      (one) =>
        one.group === group &&
        sidesOf(one).includes(side) &&
        inapplicability(one, NOTHING_LACKS) === undefined,
    ).slice(0, CASES_OF_A_GROUP),
  );
}

describe('conformance of the Python peer', function () {
  this.timeout(25_000);
  const reference = createConformanceServer();
  const client = new ClientCommand(`python3 -B '${join(PACKAGE, 'conformance/client.py')}'`);
  const stage = new Stage();
  let referenceAddress = '';
  let address = '';

  before(async () => {
    const line = ['python3', '-B', join(PACKAGE, 'conformance/server.py')];
    address = await stage.startCommand(line).nextLine();
    referenceAddress = formatAddress(await reference.listen({ port: 0, host: '127.0.0.1' }));
  });
  after(async () => {
    await client.close();
    await reference.close({ drainMs: 0 });
    await stage.clear();
  });

  for (const one of casesFor('server')) {
    if ('notApplicable' in one || 'connections' in one) continue;
    it(`as a server: ${one.name} (${one.section})`, async () => {
      expect(await checkServer(one, address)).to.equal(undefined);
    });
  }

  for (const one of casesFor('client')) {
    if ('notApplicable' in one || 'script' in one) continue;
    it(`as a client: ${one.name} (${one.section})`, async () => {
      expect(await checkClient(one, referenceAddress, client.perform)).to.equal(undefined);
    });
  }
});
