import type { Limits } from '../wire/limits';
import { NO_OPTIONS } from '../wire/options';
import type { ByteReader } from '../wire/byte-reader';
import { readHello, readVersions, VERSION, type Hello, type Versions } from '../wire/payloads';
import { ProtocolError } from '../wire/protocol-error';
import type { ConnectionSettings } from './connection-owner';
import type { Deadlines, Waiter } from './deadlines';
import type { Timer } from './environment';
import { RpcError } from './status';

const OWN_VERSIONS: Versions = { versionMin: VERSION, versionMax: VERSION };

/** What we say of ourselves. */
export function ownHello(
  limits: Limits,
  capabilities: number,
  credentials: Uint8Array | undefined,
): Hello {
  return {
    versionMin: VERSION,
    versionMax: VERSION,
    messageBytesMax: limits.messageBytesMax,
    streamsMax: limits.streamsMax,
    pingIntervalMsMin: limits.pingIntervalMsMin,
    capabilities,
    options: credentials === undefined ? NO_OPTIONS : { credentials },
  };
}

/**
 * The highest version that both ends know.
 * @throws ProtocolError VERSION_UNSUPPORTED when there is none
 */
export function agreeOnVersion(own: Versions, peer: Versions): number {
  const version = Math.min(own.versionMax, peer.versionMax);
  if (version >= own.versionMin && version >= peer.versionMin) return version;
  throw new ProtocolError(
    'VERSION_UNSUPPORTED',
    `the peer speaks versions ${peer.versionMin} to ${peer.versionMax}, ` +
      `we speak ${own.versionMin} to ${own.versionMax}`,
  );
}

/** What a handshake needs of its connection. */
export interface HandshakeHost {
  /** Server: who is the peer, by its credentials? @throws RpcError for a peer that may not in */
  admit(credentials: Uint8Array | undefined): string | undefined | Promise<string | undefined>;
  readonly frames: { sendHello(): void };
  /** Read nothing until resumeReading(). */
  pauseReading(): void;
  resumeReading(): void;
  /** Both have said HELLO; the caller's name, when it has one. */
  onOpen(hello: Hello, caller: string | undefined): void;
  /** Server: the peer is not let in. */
  turnAway(error: RpcError): void;
  /** It has broken a rule. */
  failWith(error: ProtocolError): void;
}

/**
 * From the first byte to the peer's HELLO and, at the server, to knowing who the peer is. Its
 * connection forgets it when it is over.
 */
export class Handshake implements Waiter {
  private timer: Timer | undefined;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly settings: Pick<ConnectionSettings, 'role' | 'limits'>,
    private readonly host: HandshakeHost,
  ) {}

  start(): void {
    const { deadlines, settings } = this;
    const { handshakeMsMax } = settings.limits;
    const dueMs = deadlines.environment.now() + handshakeMsMax;
    this.timer = deadlines.begin(dueMs, handshakeMsMax, this);
  }

  /** No HELLO, or no answer about its credentials. */
  onDue(): void {
    this.host.failWith(new ProtocolError('HANDSHAKE_TIMEOUT', 'no HELLO in time'));
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** @throws ProtocolError VERSION_UNSUPPORTED, what readHello() throws */
  onHello(reader: ByteReader): void {
    if (this.settings.role === 'server') this.host.frames.sendHello();
    // All behind the versions may look different in a version that we do not know.
    const versions = readVersions(reader);
    agreeOnVersion(OWN_VERSIONS, versions);
    const hello = readHello(reader, versions);
    let caller: string | undefined | Promise<string | undefined>;
    try {
      caller = this.host.admit(hello.options.credentials);
    } catch (error) {
      this.refuse(error);
      return;
    }
    if (caller instanceof Promise) this.waitFor(caller, hello);
    else this.open(hello, caller);
  }

  /** Nothing is read until it is known who the peer is; the time limit goes on. */
  private waitFor(caller: Promise<string | undefined>, hello: Hello): void {
    this.host.pauseReading();
    caller.then(
      (name) => {
        this.open(hello, name);
        this.host.resumeReading();
      },
      (error: unknown) => this.refuse(error),
    );
  }

  private open(hello: Hello, caller: string | undefined): void {
    this.stop();
    this.host.onOpen(hello, caller);
  }

  private refuse(thrown: unknown): void {
    this.stop();
    this.host.turnAway(RpcError.from(thrown, 'the credentials could not be checked'));
  }
}
