import { expect } from 'chai';
import {
  authenticateByToken,
  Builtin,
  client,
  IdempotencyNumber,
  KindNumber,
  LabelNumber,
  StatusCode,
  type DescribeReply,
  type Handlers,
  type ServiceDesc,
} from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { Binder } from '../../src/services/gen/binder';
import { Dictionary } from '../../src/services/gen/dictionary';
import { MemoryProbe, type MemoryProbeOptions } from '../support/memory-probe';
import { failureOf } from '../support/outcome';

describe('Describe', () => {
  let memory: MemoryProbe;
  afterEach(() => memory.stop());

  function start(options: MemoryProbeOptions = {}): void {
    memory = new MemoryProbe(options);
    for (const service of [Wallet, Dictionary, Binder]) {
      memory.server.add(service, unused(service));
    }
  }
  const describeOne = (service: string): Promise<DescribeReply> =>
    client(Builtin, memory.channel).describe({ service });

  it('names every service', async () => {
    start();
    const { services } = await describeOne('');
    expect(services.map(({ name, id }) => [name, id])).to.have.deep.members([
      ['fio.Builtin', 0],
      ['probe.Probe', 7],
      ['wallet.Wallet', 1],
      ['dictionary.Dictionary', 5],
      ['binder.Binder', 3],
    ]);
  });

  it('tells the methods of a service', async () => {
    start();
    const [wallet] = (await describeOne('wallet.Wallet')).services;
    expect(wallet?.methods.find(({ name }) => name === 'Watch')).to.deep.include({
      id: 5,
      kind: KindNumber.SERVER_STREAMING,
      idempotency: IdempotencyNumber.IDEMPOTENT,
      input: 'wallet.WatchRequest',
      output: 'wallet.WatchEvent',
    });
  });

  it('tells comments', async () => {
    start();
    const { services, messages } = await describeOne('wallet.Wallet');
    expect(services[0]?.comment).to.match(/^Digital wallets and the payment orders/);
    expect(services[0]?.methods[0]?.comment).to.equal('Reads what a wallet holds now.');
    const request = messages.find(({ name }) => name === 'wallet.ReadBalanceRequest');
    expect(request?.fields[0]?.comment).to.match(/^The wallet's name/);
  });

  it('tells fields, of all labels', async () => {
    start();
    const { messages } = await describeOne('');
    const field = (message: string, name: string) => {
      const { fields } = messages.find((one) => one.name === message)!;
      const found = fields.find((one) => one.name === name)!;
      return [found.number, found.type, found.label, found.key, found.jsNumber];
    };
    expect([
      field('wallet.ReadBalanceReply', 'value'),
      field('dictionary.GetReply', 'text'),
      field('binder.Endpoints', 'endpoints'),
      field('binder.Endpoint', 'metadata'),
    ]).to.deep.equal([
      [1, 'int64', LabelNumber.SINGLE, '', true],
      [1, 'string', LabelNumber.OPTIONAL, '', false],
      [2, '.binder.Endpoint', LabelNumber.REPEATED, '', false],
      [4, 'string', LabelNumber.MAP, 'string', false],
    ]);
  });

  it('tells a service without types by its methods alone', async () => {
    start();
    const { services, messages } = await describeOne('probe.Probe');
    expect(services[0]?.methods[0]).to.include({ name: 'Echo', input: 'probe.Note' });
    expect(messages).to.deep.equal([]);
  });

  it('tells only what was asked for', async () => {
    start();
    const { services, messages } = await describeOne('dictionary.Dictionary');
    expect(services.map(({ name }) => name)).to.deep.equal(['dictionary.Dictionary']);
    expect(messages.every(({ name }) => name.startsWith('dictionary.'))).to.equal(true);
  });

  it('says that a service is not served', async () => {
    start();
    const { code, text } = await failureOf(describeOne('nobody'));
    expect([code, text]).to.deep.equal([
      StatusCode.NOT_FOUND,
      "no service 'nobody' is served; there are Builtin, Probe, Wallet, Dictionary, Binder",
    ]);
  });

  it('takes a name without its package', async () => {
    start();
    expect((await describeOne('Wallet')).services.map(({ name }) => name)).to.deep.equal([
      'wallet.Wallet',
    ]);
  });

  it('is RESOURCE_EXHAUSTED for who takes no message of that length, and one service is not', async () => {
    start({ clientLimits: { messageBytesMax: 4_096 } });
    expect((await failureOf(describeOne(''))).code).to.equal(StatusCode.RESOURCE_EXHAUSTED);
    expect((await describeOne('dictionary.Dictionary')).services).to.have.length(1);
  });

  it('is not for strangers where a login is asked for', async () => {
    start({
      server: { authenticate: authenticateByToken(new Map()), requiresLogin: true },
    });
    expect((await failureOf(describeOne(''))).code).to.equal(StatusCode.UNAUTHENTICATED);
  });
});

/** Handlers that nobody calls. */
function unused(service: ServiceDesc): Handlers<ServiceDesc> {
  return Object.fromEntries(
    Object.keys(service.methods).map((name) => [
      name,
      () => Promise.reject(new Error('not called')),
    ]),
  );
}
