import { Buffer } from 'node:buffer';

/** Bytes of one direction as they were written or read. */
export interface WireBytes {
  /** From 1, in the order in which the connections were made. */
  readonly connection: number;
  readonly from: 'client' | 'server';
  readonly bytes: Buffer;
}

/** What one end of a connection tells of its bytes. */
export interface WireWatch {
  sent(bytes: Buffer): void;
  came(bytes: Buffer): void;
}

/** More than that is of no use to people. */
const RECORDED_BYTES_MAX = 262_144;
const TEXT_LENGTH_MAX = 1_000;

/** What has happened in a case that has failed: for people who look for the mistake. */
export class CaseRecord {
  /** What the step that failed has wanted; and, of a call, what came of it. */
  expected: string | undefined;
  came: string | undefined;
  readonly wire: WireBytes[] = [];
  private connections = 0;
  private recordedBytes = 0;

  /** Tell what a step has wanted and, when it is known, what came instead; the first counts. */
  blame(expected: unknown, came?: unknown): void {
    if (this.expected !== undefined) return;
    this.expected = shortened(expected);
    this.came = came === undefined ? undefined : shortened(came);
  }

  /** A connection of which the end that watches is the client, or the server. */
  watch(role: 'client' | 'server'): WireWatch {
    const connection = ++this.connections;
    const other = role === 'client' ? 'server' : 'client';
    return {
      sent: (bytes) => this.add({ connection, from: role, bytes }),
      came: (bytes) => this.add({ connection, from: other, bytes }),
    };
  }

  private add({ bytes, ...rest }: WireBytes): void {
    const room = RECORDED_BYTES_MAX - this.recordedBytes;
    if (room <= 0) return;
    const kept = Buffer.from(bytes.subarray(0, room));
    this.recordedBytes += kept.length;
    this.wire.push({ ...rest, bytes: kept });
  }
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX)}…`;
}
