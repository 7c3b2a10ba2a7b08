// Every bound of the protocol. First those that are part of Fio/1 and the same for everybody,
// then those that each end chooses and announces or enforces for itself. Units are in the names.

/** Payload of one frame. The first byte of a frame is therefore always 0. */
export const FRAME_BYTES_MAX = 65_536;
/** One options block, its own length field not counted. */
export const OPTIONS_BYTES_MAX = 8_192;
/** The text of a status, in UTF-8. */
export const TEXT_BYTES_MAX = 1_024;
/** Credit of each stream and direction before the first CREDIT. */
export const INITIAL_CREDIT_BYTES = 262_144;
/** Most credit a sender may ever hold. */
export const CREDIT_BYTES_MAX = 0x7fff_ffff;
/** What a DATA frame costs on top of its payload. */
export const FRAME_OVERHEAD_BYTES = 16;
/** Messages within messages, the outermost counted. */
export const MESSAGE_DEPTH_MAX = 32;
/** Stream ids and time limits stay below 2^31. */
export const STREAM_ID_MAX = 0x7fff_ffff;
export const TIMEOUT_MS_MAX = 0x7fff_ffff;
/** What holds until the peer's HELLO has been read. */
export const ASSUMED_MESSAGE_BYTES_MAX = 4_194_304;
export const ASSUMED_STREAMS_MAX = 1_024;

/** Bounds that each end sets for itself. */
export interface Limits {
  /** Longest message taken, uncompressed; announced in HELLO. */
  readonly messageBytesMax: number;
  /** Calls in progress on one connection; announced in HELLO. */
  readonly streamsMax: number;
  /** Shortest time between two PINGs that the peer may send; announced in HELLO. */
  readonly pingIntervalMsMin: number;
  /** Silence of the peer before a PING asks whether it is there. */
  readonly pingEveryMs: number;
  /** From that PING to the end of the connection when nothing comes. */
  readonly pingAnswerMsMax: number;
  /** A connection without calls for so long is closed. */
  readonly idleMsMax: number;
  /** A connection that old is closed when its calls have ended, ± 10 %. */
  readonly connectionAgeMsMax: number;
  /** PINGs closer than pingIntervalMsMin before the connection ends. */
  readonly pingStrikesMax: number;
  /** From the first byte of a connection to the end of the peer's HELLO. */
  readonly handshakeMsMax: number;
  /** From the first byte of a frame to its last. */
  readonly frameMsMax: number;
  /** Messages held on one connection, unread or unsent. */
  readonly heldBytesMax: number;
  /** Control frames that wait for a peer that does not read. */
  readonly controlBytesMax: number;
  /** Connections that a server holds at a time. */
  readonly connectionsMax: number;
  /** From the server's GOAWAY to the end of the calls that are still running. */
  readonly drainMsMax: number;
  /** From the end of our half of a connection to its destruction. */
  readonly lingerMsMax: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  messageBytesMax: 4_194_304,
  streamsMax: 1_024,
  pingIntervalMsMin: 10_000,
  pingEveryMs: 30_000,
  pingAnswerMsMax: 10_000,
  idleMsMax: 1_800_000,
  connectionAgeMsMax: 0x7fff_ffff,
  pingStrikesMax: 3,
  handshakeMsMax: 5_000,
  frameMsMax: 30_000,
  heldBytesMax: 33_554_432,
  controlBytesMax: 1_048_576,
  connectionsMax: 10_000,
  drainMsMax: 10_000,
  lingerMsMax: 1_000,
});

const LOWEST: Partial<Record<keyof Limits, number>> = { pingStrikesMax: 0, pingIntervalMsMin: 0 };

/**
 * The defaults with some of them replaced.
 * @throws RangeError when one is not a whole number within 1 (strikes, ping interval: 0) to 2^31-1,
 * when there is no such limit, or when one message could fill more than half of what a connection
 * may hold.
 */
export function resolveLimits(chosen?: Partial<Limits>): Limits {
  if (chosen === undefined) return DEFAULT_LIMITS;
  const limits = { ...DEFAULT_LIMITS, ...chosen };
  for (const [name, value] of Object.entries(limits) as [keyof Limits, number][]) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) throw new RangeError(`no limit is called ${name}`);
    const lowest = LOWEST[name] ?? 1;
    if (!Number.isInteger(value) || value < lowest || value > 0x7fff_ffff) {
      throw new RangeError(`${name} must be a whole number from ${lowest} to 2^31-1, not ${value}`);
    }
  }
  if (limits.heldBytesMax < 2 * limits.messageBytesMax) {
    throw new RangeError('heldBytesMax must be at least twice messageBytesMax');
  }
  return Object.freeze(limits);
}
