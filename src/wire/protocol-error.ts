import { StatusCode } from './status-code';

/** What a violation ends: the whole connection, or only the call whose message it was. */
export type ViolationScope = 'connection' | 'message';

interface ViolationRule {
  readonly scope: ViolationScope;
  /** Sent in GOAWAY (connection) or END (message). */
  readonly status: StatusCode;
}

const connection = (status = StatusCode.INTERNAL): ViolationRule => ({
  scope: 'connection',
  status,
});
const message = (status = StatusCode.INVALID_ARGUMENT): ViolationRule => ({
  scope: 'message',
  status,
});

/**
 * Every way to break the rules of the wire, by its stable name: what it ends and the status that
 * is told. docs/PROTOCOL.md §13 has a sentence on each.
 */
export const VIOLATIONS = {
  // Before the first frame
  PREFACE_MISMATCH: connection(StatusCode.UNIMPLEMENTED),
  VERSION_UNSUPPORTED: connection(StatusCode.UNIMPLEMENTED),
  HELLO_MISSING: connection(),
  HELLO_REPEATED: connection(),
  HELLO_INVALID: connection(),
  HANDSHAKE_TIMEOUT: connection(StatusCode.DEADLINE_EXCEEDED),
  // Refused on the header alone
  FRAME_TOO_LONG: connection(StatusCode.RESOURCE_EXHAUSTED),
  FRAME_TIMEOUT: connection(StatusCode.DEADLINE_EXCEEDED),
  TYPE_UNKNOWN: connection(),
  TYPE_OUT_OF_PLACE: connection(),
  FLAG_OUT_OF_PLACE: connection(),
  CODE_OUT_OF_PLACE: connection(),
  STREAM_OUT_OF_PLACE: connection(),
  METHOD_OUT_OF_PLACE: connection(),
  LENGTH_OUT_OF_PLACE: connection(),
  // Refused by what went before
  STREAM_ID_REUSED: connection(),
  STREAM_NOT_OPEN: connection(),
  STREAM_HALF_CLOSED: connection(),
  METHOD_MISMATCH: connection(),
  META_REPEATED: connection(),
  FRAGMENT_UNEXPECTED: connection(),
  FRAGMENT_MISSING: connection(),
  FRAGMENT_EMPTY: connection(),
  CREDIT_EXCEEDED: connection(),
  CREDIT_ZERO: connection(),
  CREDIT_OVERFLOW: connection(),
  COMPRESSION_NOT_AGREED: connection(),
  TIMEOUT_INVALID: connection(),
  OPTIONS_MALFORMED: connection(),
  OPTIONS_TOO_LONG: connection(StatusCode.RESOURCE_EXHAUSTED),
  PING_FLOOD: connection(StatusCode.RESOURCE_EXHAUSTED),
  // In a message: its call ends, the connection goes on
  MESSAGE_TOO_LONG: message(StatusCode.RESOURCE_EXHAUSTED),
  MEMORY_EXHAUSTED: message(StatusCode.RESOURCE_EXHAUSTED),
  FIELD_CUT: message(),
  COUNT_TOO_BIG: message(),
  DEPTH_EXCEEDED: message(),
  UTF8_INVALID: message(),
  BOOL_INVALID: message(),
  PRESENCE_INVALID: message(),
  MAP_KEY_REPEATED: message(),
  NUMBER_UNSAFE: message(StatusCode.OUT_OF_RANGE),
  COMPRESSION_INVALID: message(),
} as const satisfies Record<string, ViolationRule>;

export type Violation = keyof typeof VIOLATIONS;

/** The peer broke a rule of the protocol. `violation` is stable and says which one. */
export class ProtocolError extends Error {
  readonly violation: Violation;
  readonly scope: ViolationScope;
  readonly status: StatusCode;

  /** @param detail what was found and what was expected, for a person. */
  constructor(violation: Violation, detail: string) {
    super(`${violation}: ${detail}`);
    this.name = 'ProtocolError';
    this.violation = violation;
    this.scope = VIOLATIONS[violation].scope;
    this.status = VIOLATIONS[violation].status;
  }
}
