import { expect } from 'chai';
import { formatAddress } from '../../src/rpc/index';
import { CASES } from '../../src/conformance/cases/index';
import { checkClient, checkServer, sidesOf } from '../../src/conformance/check';
import { ClientCommand } from '../../src/conformance/client-command';
import { createConformanceServer } from '../../src/conformance/reference-server';

/** Longer than the longest time of a case, so that the case says why. */
const TIMEOUT_MS = 65_000;
const CLIENT = 'node -r ts-node/register spec/conformance/client.ts';

const GROUPS = [...new Set(CASES.map(({ group }) => group))];

describe('conformance', function () {
  this.timeout(TIMEOUT_MS);
  const server = createConformanceServer();
  const client = new ClientCommand(CLIENT);
  let address = '';

  before(async () => {
    address = formatAddress(await server.listen({ port: 0, host: '127.0.0.1' }));
  });
  after(async () => {
    await client.close();
    await server.close({ drainMs: 0 });
  });

  for (const group of GROUPS) {
    const cases = CASES.filter((one) => one.group === group);

    describe(`of our server: ${group}`, () => {
      for (const one of cases) {
        if ('notApplicable' in one || 'connections' in one) continue;
        it(`${one.name} (${one.section})`, async () => {
          expect(await checkServer(one, address)).to.equal(undefined);
        });
      }
    });

    describe(`of our client: ${group}`, () => {
      for (const one of cases) {
        if ('notApplicable' in one || 'script' in one) continue;
        it(`${one.name} (${one.section})`, async () => {
          expect(await checkClient(one, address, client.perform)).to.equal(undefined);
        });
      }
    });
  }

  it('has each case for a side, or says why not', () => {
    const idle = CASES.filter((one) => sidesOf(one).length === 0 && !('notApplicable' in one));
    expect(idle).to.deep.equal([]);
  });
});
