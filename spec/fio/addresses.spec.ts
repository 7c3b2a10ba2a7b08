import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Server } from '../../src/rpc/index';
import { Binder, binderHandlers, MemoryRegistry, Registrar } from '../../src/services/binder/index';
import { freePort } from '../programs/support/ports';
import { hasOpenssl, makeCertificates } from '../support/certificates';
import { Shop } from './support/shop';
import { fio } from './support/tool';

const SHOP = { code: 0, out: 'fio.Builtin\nshop.Shop\n', err: '' };

describe('fio finds a server', () => {
  const shop = new Shop();
  before(() => shop.open());
  after(() => shop.close());
  const port = () => shop.address.replace(/.*:/, '');

  it('by a name', async () =>
    expect(await fio(['list', `localhost:${port()}`])).to.deep.equal(SHOP));
  it('among several', async () =>
    expect(await fio(['list', `127.0.0.1:1,${shop.address}`])).to.deep.equal(SHOP));
  it('by all addresses of a name', async () =>
    expect(await fio(['list', `dns:localhost:${port()}`])).to.deep.equal(SHOP));
  it('that starts a moment later, when it may wait', async () => {
    const late = new Shop();
    try {
      const free = await freePort();
      const listed = fio(['list', `127.0.0.1:${free}`, '--wait', '4s']);
      await late.open({ port: free });
      expect(await listed).to.deep.equal(SHOP);
    } finally {
      await late.close();
    }
  });

  it('by a binder', async () => {
    const ending = new AbortController();
    const binder = new Server().add(
      Binder,
      binderHandlers(new MemoryRegistry('binder'), ending.signal),
    );
    const { port: binderPort } = await binder.listen({ port: 0, host: '127.0.0.1' });
    const address = `127.0.0.1:${binderPort}`;
    const registrar = new Registrar(address, [shop.service!], { address: shop.address });
    try {
      await registrar.registered;
      expect(await fio(['list', `binder:${address}/Shop`])).to.deep.equal(SHOP);
    } finally {
      await registrar.release();
      ending.abort();
      await binder.close({ drainMs: 0 });
    }
  });

  const reason = hasOpenssl() || process.env.CI === 'true' ? undefined : 'needs openssl';
  (reason === undefined ? describe : describe.skip)(
    `with TLS${reason === undefined ? '' : ` (${reason})`}`,
    () => {
      const secure = new Shop();
      let folder: string;
      before(async function () {
        this.timeout(20_000);
        const { ca, server } = makeCertificates();
        await secure.open({ tls: server });
        folder = mkdtempSync(join(tmpdir(), 'fio-tls-'));
        writeFileSync(join(folder, 'ca.pem'), ca);
      });
      after(async () => {
        await secure.close();
        rmSync(folder, { recursive: true });
      });

      it('when it is trusted', async () => {
        const args = ['list', secure.address, '--tls', '--ca', join(folder, 'ca.pem')];
        expect(await fio(args)).to.deep.equal(SHOP);
      });
    },
  );
});
