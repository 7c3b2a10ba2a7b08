import type { Buffer } from 'node:buffer';
import type { PeerIdentity } from './peer-identity';

/** Told of what comes from the other end. */
export interface TransportSink {
  /** The first `length` bytes are valid until this returns. */
  onBytes(bytes: Buffer, length: number): void;
  /** All that write() was given has left. Only after a write() that answered false. */
  onDrained(): void;
  /** The other end sends no more. */
  onEnded(): void;
  /** Nothing comes or goes any more; the last event. */
  onClosed(error: Error | undefined): void;
}

/**
 * What the runtime needs of a socket, and no more: a connection in memory or in a simulation is
 * made of the same.
 */
export interface Transport {
  /** The other end's address, for people. */
  readonly peer: string;
  /** What is known of who that is. */
  readonly identity: PeerIdentity;
  /** Bytes that write() has taken and that have not left yet. */
  readonly unsentBytes: number;
  /** Begin to tell; called once. */
  start(sink: TransportSink): void;
  /** Read nothing until resume(): bytes that are on their way may still come. */
  pause(): void;
  resume(): void;
  /** @returns true when the bytes have left already, so that the buffer may be used again */
  write(bytes: Buffer): boolean;
  /** Send no more; what was written still goes. */
  endWrite(): void;
  /** Drop everything at once. */
  destroy(): void;
}
