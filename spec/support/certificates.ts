import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, as PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** Trusts all of those below but `selfSigned`. */
  readonly ca: string;
  /** For localhost and 127.0.0.1. */
  readonly server: KeyPair;
  /** For another.example only. */
  readonly wrongHost: KeyPair;
  /** For localhost, until yesterday. */
  readonly expired: KeyPair;
  /** Of a client called carol. */
  readonly client: KeyPair;
  readonly selfSigned: KeyPair;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const LOCALHOST = 'DNS:localhost,IP:127.0.0.1';

/** Whether makeCertificates() can be called here. */
export function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version']).status === 0;
}

/** New keys and certificates for one test run, by the command openssl. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'fio-certificates-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const read = (name: string): KeyPair => ({
    cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
    key: readFileSync(join(folder, `${name}.key`), 'utf8'),
  });
  const selfSigned = (name: string, extension: string): KeyPair => {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '2'];
    openssl('req', '-x509', ...KEY, ...files, '-subj', `/CN=${name}`, '-addext', extension);
    return read(name);
  };
  const signed = (name: string, altNames: string, days = '2'): KeyPair => {
    openssl('req', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${altNames}\n`);
    const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    const files = ['-in', `${name}.csr`, '-extfile', `${name}.ext`, '-out', `${name}.pem`];
    openssl('x509', '-req', ...ca, ...files, '-days', days);
    return read(name);
  };
  try {
    return {
      ca: selfSigned('ca', 'keyUsage=critical,keyCertSign').cert,
      server: signed('localhost', LOCALHOST),
      wrongHost: signed('another', 'DNS:another.example'),
      // It ends when it begins: a day of 0 is refused by some versions, a negative one is not.
      expired: signed('expired', LOCALHOST, '-1'),
      client: signed('carol', 'DNS:carol.example'),
      selfSigned: selfSigned('alone', `subjectAltName=${LOCALHOST}`),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
