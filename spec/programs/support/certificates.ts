import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this machine can make certificates. */
export function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version']).error === undefined;
}

/** A temporary folder with private authorities and what they have signed. */
export class Certificates {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fio-certificates-'));

  path(file: string): string {
    return join(this.#folder, file);
  }

  write(file: string, text: string): string {
    writeFileSync(this.path(file), text);
    return this.path(file);
  }

  /** NAME.pem and NAME.key: an authority that signs for itself. */
  addAuthority(name: string): void {
    this.#request(name, name, '-x509', '-days', '2', '-out', this.path(`${name}.pem`));
  }

  /** NAME.pem and NAME.key, signed by an authority. */
  add(name: string, authority: string, commonName: string, names: string): void {
    const request = this.path(`${name}.csr`);
    this.#request(name, commonName, '-out', request);
    const extensions = this.write(`${name}.ext`, `subjectAltName=${names}\n`);
    const [ca, caKey] = [this.path(`${authority}.pem`), this.path(`${authority}.key`)];
    this.#openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      ca,
      '-CAkey',
      caKey,
      '-set_serial',
      '1',
      '-days',
      '2',
      '-extfile',
      extensions,
      '-out',
      this.path(`${name}.pem`),
    );
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #request(name: string, commonName: string, ...more: string[]): void {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    this.#openssl(
      'req',
      '-new',
      ...curve,
      '-keyout',
      this.path(`${name}.key`),
      '-subj',
      `/CN=${commonName}`,
      ...more,
    );
  }

  #openssl(...words: string[]): void {
    execFileSync('openssl', words, { stdio: 'pipe' });
  }
}
