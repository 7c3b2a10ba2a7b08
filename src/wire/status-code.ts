/** How a call ended: gRPC's canonical codes, unchanged. A code above 16 is read as UNKNOWN. */
export enum StatusCode {
  OK = 0,
  /** The caller gave up. */
  CANCELLED = 1,
  /** An error without a status of its own, such as an exception in a handler. */
  UNKNOWN = 2,
  /** The arguments are wrong whatever the state of the system. */
  INVALID_ARGUMENT = 3,
  /** The time limit passed; the effect may have happened all the same. */
  DEADLINE_EXCEEDED = 4,
  NOT_FOUND = 5,
  ALREADY_EXISTS = 6,
  /** The caller is known, and may not do this. */
  PERMISSION_DENIED = 7,
  /** A limit or a quota is used up. */
  RESOURCE_EXHAUSTED = 8,
  /** The system is not in the state that the call needs; repeating it as it is does not help. */
  FAILED_PRECONDITION = 9,
  ABORTED = 10,
  OUT_OF_RANGE = 11,
  /** No such service, method, kind of call or protocol version. */
  UNIMPLEMENTED = 12,
  /** A rule of the protocol, or of the program itself, was broken. */
  INTERNAL = 13,
  /** Nobody there right now; trying again may help. */
  UNAVAILABLE = 14,
  DATA_LOSS = 15,
  /** The caller is not known. */
  UNAUTHENTICATED = 16,
}

/** A code as it came off the wire: one that is not ours becomes UNKNOWN. */
export function statusFromWire(code: number): StatusCode {
  return code <= 16 ? code : StatusCode.UNKNOWN;
}
