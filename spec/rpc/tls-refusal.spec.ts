import { expect } from 'chai';
import { settle } from '../support/fake-environment';
import { MemoryProbe } from '../support/memory-probe';
import { failureOf, watch } from '../support/outcome';
import { note } from '../support/probe-service';

describe('a server that TLS refuses', () => {
  let memory: MemoryProbe;
  beforeEach(() => (memory = new MemoryProbe()));
  afterEach(() => memory.stop());

  const REFUSED = Object.assign(new Error('certificate has expired'), {
    code: 'CERT_HAS_EXPIRED',
  });

  it('fails a call with waitForReady at once', async () => {
    memory.dialFailure = REFUSED;
    const { code, text } = await failureOf(memory.probe.echo(note(''), { waitForReady: true }));
    expect([code, text]).to.deep.equal([14, 'cannot reach memory:1: certificate has expired']);
  });

  it('fails one that comes before the next try too, without dialling', async () => {
    memory.dialFailure = REFUSED;
    await failureOf(memory.probe.echo(note(''), { waitForReady: true }));
    await failureOf(memory.probe.echo(note(''), { waitForReady: true }));
    expect(memory.dialledAtMs).to.have.length(1);
  });

  it('is tried again for a call that comes after the back-off', async () => {
    memory.dialFailure = REFUSED;
    await failureOf(memory.probe.echo(note(''), { waitForReady: true }));
    memory.dialFailure = undefined;
    await memory.environment.advance(1_000);
    expect((await memory.probe.echo(note('a'))).text).to.equal('a');
  });

  it('fails it when the server refuses us behind the handshake, as TLS 1.3 does', async () => {
    const call = watch(memory.probe.hold(note('')));
    await settle();
    memory.dialFailure = new Error('not dialled');
    const alert = { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' };
    memory.clientEnd.cut(Object.assign(new Error('certificate required'), alert));
    await settle();
    const { text } = await failureOf(memory.probe.echo(note(''), { waitForReady: true }));
    expect([call.isOver, text, memory.dialledAtMs.length]).to.deep.equal([
      true,
      'cannot reach memory:1: the connection was lost: certificate required',
      1,
    ]);
  });

  for (const code of ['ECONNREFUSED', 'EAI_AGAIN', 'ERR_SOCKET_CLOSED', 'ENOTFOUND']) {
    it(`is something else when the reason is ${code}`, async () => {
      memory.dialFailure = Object.assign(new Error('down'), { code });
      const call = watch(memory.probe.echo(note(''), { waitForReady: true }));
      await settle();
      expect(call.isOver).to.equal(false);
    });
  }
});
