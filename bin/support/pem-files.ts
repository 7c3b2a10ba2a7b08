import type * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Who has no certificate does not pay for loading it: a twentieth of what a program takes to start. */
const loadCrypto = (): typeof crypto => process.getBuiltinModule('node:crypto');

/**
 * Reads certificates in PEM, the first of which is the one that counts.
 * @throws Error in words, with the flag and the file
 */
export function readCertificate(flag: string, path: string): Buffer {
  const bytes = readPem(flag, path, 'CERTIFICATE', 'a certificate');
  parseCertificate(flag, path, bytes);
  return bytes;
}

/**
 * Reads a certificate and the private key that belongs to it.
 * @throws Error in words, with the flag and the file
 */
export function readPair(certPath: string, keyPath: string): { cert: Buffer; key: Buffer } {
  const cert = readCertificate('--cert', certPath);
  const key = readPem('--key', keyPath, 'PRIVATE KEY', 'a private key');
  const certificate = parseCertificate('--cert', certPath, cert);
  if (!certificate.checkPrivateKey(parseKey(keyPath, key))) {
    throw new Error(`--key '${keyPath}' does not belong to the certificate --cert '${certPath}'`);
  }
  return { cert, key };
}

function readPem(flag: string, path: string, label: string, what: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`${flag}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  // TLS ignores what is no PEM without a word, and would trust nobody or everybody's authorities.
  if (!new RegExp(`^-----BEGIN [A-Z ]*${label}-----`, 'm').test(bytes.toString('latin1'))) {
    throw new Error(`${flag} '${path}' is not ${what} in PEM (-----BEGIN ${label}-----)`);
  }
  return bytes;
}

function parseCertificate(flag: string, path: string, bytes: Buffer): crypto.X509Certificate {
  try {
    return new (loadCrypto().X509Certificate)(bytes);
  } catch (error) {
    throw new Error(`${flag} '${path}' is a damaged certificate`, { cause: error });
  }
}

function parseKey(path: string, bytes: Buffer): crypto.KeyObject {
  try {
    return loadCrypto().createPrivateKey(bytes);
  } catch (error) {
    const isLocked = error instanceof Error && /passphrase|interrupted/i.test(error.message);
    const how = isLocked ? 'is locked by a passphrase: store it without one' : 'is damaged';
    throw new Error(`--key '${path}' ${how}`, { cause: error });
  }
}
