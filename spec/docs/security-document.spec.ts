import { expect } from 'chai';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const TEXT = readFileSync(join(ROOT, 'docs', 'SECURITY.md'), 'utf8');

describe('docs/SECURITY.md', () => {
  const files = new Set([...TEXT.matchAll(/`((?:src|spec|bin)\/[^`]+)`/g)].map(([, path]) => path));

  for (const path of files) {
    it(`names a file that is there: ${path}`, () =>
      expect(existsSync(join(ROOT, path ?? ''))).to.equal(true));
  }

  describe('the private authority', () => {
    let folder: string | undefined;
    before(function () {
      const hasOpenssl = spawnSync('openssl', ['version']).error === undefined;
      if (!hasOpenssl && process.env.CI !== 'true') {
        this.skip();
      }
      folder = mkdtempSync(join(tmpdir(), 'fio-authority-'));
      const commands = /```sh\n([^]*?)```/.exec(TEXT)?.[1] ?? '';
      execFileSync('sh', ['-ec', commands], { cwd: folder, stdio: 'pipe' });
    });
    after(() => folder !== undefined && rmSync(folder, { recursive: true }));

    const certificate = (name: string): X509Certificate =>
      new X509Certificate(readFileSync(join(folder ?? '', `${name}.pem`)));

    for (const name of ['server', 'ana']) {
      it(`signs the certificate of ${name}`, () =>
        expect(certificate(name).verify(certificate('ca').publicKey)).to.equal(true));

      it(`makes no authority of ${name}`, () => expect(certificate(name).ca).to.equal(false));
    }

    it('makes a certificate for the names that clients dial', () => {
      const server = certificate('server');
      const found = [server.checkHost('localhost'), server.checkIP('127.0.0.1')];
      expect([...found, server.checkIP('::1')]).to.eql(['localhost', '127.0.0.1', '::1']);
    });
  });
});
