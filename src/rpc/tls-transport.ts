import { isIP } from 'node:net';
import type { Buffer } from 'node:buffer';
import type { ConnectionOptions, Server as TlsServer, TlsOptions, TLSSocket } from 'node:tls';
import type { Address } from './address';
import { NetTransport, onceConnected } from './net-transport';
import { tls } from './lazy-node';
import type { PeerIdentity } from './peer-identity';
import type { Transport } from './transport';

/** The protocol's name in TLS (RFC 7301). docs/PROTOCOL.md §3. */
export const ALPN_NAME = 'fio/1';

/** What a client may say about TLS; certificates and host names are always checked. */
export type ClientTls = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'servername'
> & {
  /** Told the secrets of each session, for decrypting a capture; in the NSS key log format. */
  readonly onKeyLog?: (line: Buffer) => void;
};

/** What a server says about TLS. */
export type ServerTls = Pick<TlsOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'requestCert'> & {
  /** Refuse clients without a certificate that `ca` has signed; default: as requestCert. */
  readonly rejectUnauthorized?: boolean;
  /** As in ClientTls. */
  readonly onKeyLog?: (line: Buffer) => void;
};

export interface TlsListenerEvents {
  onSocket(socket: TLSSocket): void;
  onError(error: Error, socket: TLSSocket): void;
}

/** A listener that speaks TLS 1.2 or later; its handshake has its own time limit. */
export function createTlsListener(
  { onKeyLog, ...options }: ServerTls,
  handshakeMsMax: number,
  events: TlsListenerEvents,
): TlsServer {
  const listener = tls().createServer(
    {
      ...options,
      rejectUnauthorized: options.rejectUnauthorized ?? options.requestCert ?? false,
      allowHalfOpen: true,
      noDelay: true,
      ALPNProtocols: [ALPN_NAME],
      minVersion: 'TLSv1.2',
      handshakeTimeout: handshakeMsMax,
    },
    (socket) => events.onSocket(socket),
  );
  listener.on('tlsClientError', (error, socket) => {
    events.onError(error, socket);
    // Node only tells that the time is over; the socket would stay for ever, and close() wait for it.
    socket.destroy();
  });
  if (onKeyLog !== undefined) listener.on('keylog', onKeyLog);
  return listener;
}

/** Dial `address` by TLS 1.2 or later. @throws the socket's error, or the certificate's */
export function dialTls(
  address: Address,
  signal: AbortSignal,
  { onKeyLog, ...options }: ClientTls,
): Promise<Transport> {
  const socket = tls().connect({
    ...options,
    host: address.host,
    port: address.port,
    // An address is no name for SNI; the certificate is checked against it all the same.
    ...(isIP(address.host) === 0 && { servername: options.servername ?? address.host }),
    ALPNProtocols: [ALPN_NAME],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
  socket.allowHalfOpen = true;
  if (onKeyLog !== undefined) socket.on('keylog', onKeyLog);
  const wrap = () => new NetTransport(socket, true, identityOfTls(socket), address);
  return onceConnected(socket, 'secureConnect', signal, wrap);
}

/**
 * Whether a connection failed because one end has refused the other's certificate, or does not
 * speak TLS as we do. Errors of the system are called ECONNREFUSED or EAI_AGAIN; those of TLS
 * ERR_SSL_… and ERR_TLS_…, and those of certificates by what is wrong: CERT_HAS_EXPIRED.
 */
export function isTlsRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return isTlsRefusal(error.cause);
  return !/^(E[A-Z0-9]+|EAI_[A-Z]+|ERR_(?!SSL_|TLS_).*|ABORT_ERR)$/.test(code);
}

/** Who a TLS client is, by its certificate when it has shown one that we trust. */
export function identityOfTls(socket: TLSSocket): PeerIdentity {
  const certificate = socket.authorized ? socket.getPeerCertificate() : undefined;
  const name = certificate?.subject.CN;
  return { isEncrypted: true, certificateName: Array.isArray(name) ? name[0] : name };
}
