import { expect } from 'chai';
import type { ServiceDesc } from '../../../src/rpc/index';
import { Registrar } from '../../../src/services/binder/registrar';
import type { MemoryRegistry } from '../../../src/services/binder/registry';
import { settle } from '../../support/fake-environment';
import { Flow } from '../../support/flow-service';
import { watch } from '../../support/outcome';
import { Probe } from '../../support/probe-service';
import { MemoryBinders } from './support/memory-binders';

describe('Registrar', () => {
  let binders: MemoryBinders;
  let log: string[];
  let registrar: Registrar;

  beforeEach(() => {
    binders = new MemoryBinders();
    log = [];
  });
  afterEach(async () => {
    const released = registrar.release();
    await binders.stopAll();
    await binders.environment.advance(5_000);
    await released;
  });

  async function register(
    target = 'memory:1',
    services: readonly ServiceDesc[] = [Flow],
    address = 'x:1',
  ): Promise<void> {
    registrar = new Registrar(target, services, { address }, binders.options, (line) =>
      log.push(line),
    );
    await settle();
  }
  const addresses = ({ table }: MemoryRegistry, name = 'flow.Flow'): string[] =>
    table.find(name).endpoints.map(({ address }) => address);

  it('registers every service, with its methods', async () => {
    const { table } = binders.start(1);
    await register('memory:1', [Flow, Probe]);
    await registrar.registered;
    expect([table.find('chat').name, table.find('echo').name]).to.deep.equal([
      'flow.Flow',
      'probe.Probe',
    ]);
  });

  it('registers at each of several binders', async () => {
    const [first, second] = [binders.start(1), binders.start(2)];
    await register('memory:1,memory:2');
    expect([addresses(first), addresses(second)]).to.deep.equal([['x:1'], ['x:1']]);
  });

  it('is content with one binder of several', async () => {
    binders.start(2);
    await register('memory:1,memory:2');
    await registrar.registered;
  });

  it('waits for a binder that is not there yet, and says so once', async () => {
    await register();
    await binders.environment.advance(30_000);
    expect(log).to.have.length(1);
    expect(log[0]).to.match(/^flow\.Flow is not registered at memory:1: /);
    const registry = binders.start(1);
    await binders.environment.advance(15_000);
    await registrar.registered;
    expect(addresses(registry)).to.deep.equal(['x:1']);
  });

  it('registers again at a binder that has forgotten everything', async () => {
    binders.start(1);
    await register();
    await binders.kill(1);
    const registry = binders.start(1);
    await binders.environment.advance(5_000);
    expect(addresses(registry)).to.deep.equal(['x:1']);
    expect(log.at(-1)).to.equal('flow.Flow is registered at memory:1 as x:1');
  });

  it('is known no more when it is released', async () => {
    const registry = binders.start(1);
    await register();
    const released = registrar.release();
    await settle();
    expect(addresses(registry)).to.deep.equal([]);
    await binders.environment.advance(2_000);
    await released;
  });

  it('does not come back after it was released', async () => {
    binders.start(1);
    await register();
    const released = registrar.release();
    await binders.environment.advance(2_000);
    await released;
    await binders.kill(1);
    const registry = binders.start(1);
    await binders.environment.advance(30_000);
    expect(addresses(registry)).to.deep.equal([]);
  });

  it('fails when the binder refuses it for good', async () => {
    binders.start(1);
    await register('memory:1', [Flow], 'no address');
    const outcome = watch(registrar.registered);
    await settle();
    expect(outcome.error?.text).to.match(/^'no address' is not host:port/);
  });

  it('fails when it is released before it was registered', async () => {
    await register();
    const outcome = watch(registrar.registered);
    const released = registrar.release();
    await binders.environment.advance(2_000);
    await released;
    expect(outcome.error?.code).to.equal(1);
  });
});
