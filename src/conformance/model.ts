// What a case is: data and nothing else, so that a client in any language can be told what to do
// by a line of JSON. docs/CONFORMANCE.md explains each field to people who write such a client.

/** Hex with spaces as one likes, or so many bytes: of 0, or counting 00, 01 … fa, 00, 01 … */
export type BytesData = string | { readonly zeros: number } | { readonly counting: number };

/** A pair of metadata: key, and value in hex. */
export type PairData = readonly [key: string, value: string];

/** A Request of conformance.proto; what is left out has its default. */
export interface RequestData {
  readonly responseSize?: number;
  readonly payload?: BytesData;
  readonly delayMs?: number;
  readonly responseStatus?: { readonly code: number; readonly message: string };
  readonly responseParameters?: readonly { readonly size: number; readonly intervalMs?: number }[];
  readonly initialMetadata?: readonly PairData[];
  readonly trailingMetadata?: readonly PairData[];
  readonly describesCall?: true;
  readonly echoesPayload?: true;
  readonly refusal?: RefusalData;
}

/** A Refusal of conformance.proto; what is left out has its default. */
export interface RefusalData {
  readonly what?: string;
  readonly limit?: number;
  readonly filler?: BytesData;
}

/** The methods of conformance.proto. UnimplementedService is that service's only method. */
export type MethodName =
  | 'EmptyCall'
  | 'UnaryCall'
  | 'StreamingOutputCall'
  | 'StreamingInputCall'
  | 'FullDuplexCall'
  | 'HalfDuplexCall'
  | 'UnimplementedCall'
  | 'KeyedCall'
  | 'UnimplementedService';

/** What a client does with a call that it has begun. */
export type Action =
  | { readonly send: RequestData }
  /** Wait for so many replies. */
  | { readonly receive: number }
  | { readonly endRequests: true }
  | { readonly cancel: true };

/** One or more calls, all alike. */
export interface CallStep {
  readonly method: MethodName;
  /** The only request; left out: an empty one, or none where they come by `actions`. */
  readonly request?: RequestData;
  /** In this order; then the outcome is waited for. */
  readonly actions?: readonly Action[];
  readonly timeoutMs?: number;
  /** Of a KeyedCall: calls with the same word here have the same key, those without any a new one. */
  readonly key?: string;
  readonly metadata?: readonly PairData[];
  readonly waitForReady?: true;
  /** Who makes this call, other than the connection says; UTF-8, sent in clear. */
  readonly credentials?: string;
  /** How many such calls; left out: one. */
  readonly times?: number;
  /** Begin all of them before any has ended; left out: one after the other. */
  readonly atOnce?: true;
  /** Each on a connection of its own. */
  readonly onNewConnection?: true;
  readonly expect: Expectation;
}

/** How the calls of a step have to end. What is left out is not compared, but for the code. */
export interface Expectation {
  /** One of these; left out: 0. */
  readonly code?: number | readonly number[];
  readonly text?: string;
  /** All replies, in order. */
  readonly replies?: readonly ReplyExpectation[];
  /** All pairs with these keys, in order; pairs with other keys are allowed. */
  readonly initialMetadata?: readonly PairData[];
  readonly trailers?: readonly PairData[];
  readonly mayHaveActed?: boolean;
  /** The detail of the Refusal that the call has ended with; or none that the client could tell. */
  readonly refusal?: RefusalData | 'none';
}

export interface ReplyExpectation {
  readonly payload?: BytesData;
  readonly aggregatedPayloadSize?: number;
  /** Of a KeyedCall: how many more were counted since the reply to that step, from 1. */
  readonly runsSince?: readonly [step: number, more: number];
  /** What the server's handler has seen of the call. */
  readonly call?: {
    readonly metadata?: readonly PairData[];
    /** From, to; or none. */
    readonly remainingMs?: readonly [number, number] | 'none';
    readonly caller?: string;
  };
}

/** How one call has ended, as a client tells it. */
export interface Outcome {
  readonly code: number;
  readonly text: string;
  readonly replies: readonly ReplySeen[];
  readonly initialMetadata: readonly PairData[];
  readonly trailers: readonly PairData[];
  /** Whether the handler may have seen a call that has failed. */
  readonly mayHaveActed: boolean;
  /** The detail of the typed error, when it is a Refusal and the client could read it. */
  readonly refusal?: RefusalSeen;
}

export interface RefusalSeen {
  readonly what: string;
  readonly limit: number;
  readonly filler: BytesSeen;
}

/** Bytes in a result: up to 64 as hex without spaces, more by their length and hash. */
export type BytesSeen = string | { readonly length: number; readonly sha256: string };

export interface ReplySeen {
  readonly payload?: BytesSeen;
  readonly aggregatedPayloadSize?: number;
  /** Of a KeyedCall, which has this alone. */
  readonly run?: number;
  readonly call?: {
    readonly metadata: readonly PairData[];
    readonly remainingMs?: number;
    readonly caller: string;
  };
}

/** How a client is to be made for a case. */
export interface ClientSetup {
  /** Offer deflate, and compress what is longer than 1 000 bytes. */
  readonly compresses?: true;
  /** Credentials for HELLO, sent in clear. */
  readonly credentials?: string;
  /** Another address than the server's; `{server}` in it is the server's. */
  readonly address?: string;
}

/**
 * What not every implementation has; docs/PROTOCOL.md does not demand it. `retries`: the client sends
 * a keyed call again when it was lost or UNAVAILABLE. `describe`, `health` and `echo` are of service 0.
 */
export const CAPABILITIES = [
  'deflate',
  'credentials',
  'several-addresses',
  'typed-errors',
  'keyed',
  'retries',
  'describe',
  'health',
  'echo',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

interface CaseBase {
  /** Unique; that of gRPC's interop tests where there is one. */
  readonly name: string;
  /** Of docs/PROTOCOL.md: `§8.2`. */
  readonly section: string;
  /** What has to be so, as a sentence. */
  readonly description: string;
  readonly needs?: Capability | readonly Capability[];
  /** Longest time for it, where it is a load and not one call or a few. */
  readonly timeMsMax?: number;
}

/** Calls by a client to a server that serves Conformance: either may be under test. */
export interface CallCase extends CaseBase {
  readonly client?: ClientSetup;
  readonly steps: readonly CallStep[];
}

/** A client that sends bytes made by hand, to a server under test. */
export interface RawClientCase extends CaseBase {
  /** In place of preface and HELLO; hex. */
  readonly opening?: string;
  readonly script: readonly ScriptStep[];
}

/** Calls by a client under test to a server that sends bytes made by hand. */
export interface RawServerCase extends CaseBase {
  readonly client?: ClientSetup;
  readonly steps: readonly CallStep[];
  /** In place of preface and HELLO; hex. */
  readonly opening?: string;
  /** What is done on the first connection, the second … There must be no more. */
  readonly connections: readonly (readonly ScriptStep[])[];
}

/** A case of others that means nothing here, and why. */
export interface NotApplicableCase extends CaseBase {
  readonly notApplicable: string;
}

export type CaseData = CallCase | RawClientCase | RawServerCase | NotApplicableCase;
export type Case = CaseData & { readonly group: string };

export type FrameName =
  'HELLO' | 'CALL' | 'DATA' | 'END' | 'CANCEL' | 'CREDIT' | 'PING' | 'GOAWAY' | 'META';

/**
 * What a raw peer does. In hex, `{call}` is the number of the stream of the last CALL that was
 * expected, `{method}` its service and method; `{x}` the stream of the CALL expected as `x`.
 */
export type ScriptStep =
  /** Hex, and bytes of 0 behind it; so many times. */
  | { readonly send: string; readonly zeros?: number; readonly times?: number }
  /** A message of bytes of 0 in DATA as the credit allows; ends early when the call has ended. */
  | { readonly sendMessage: MessageToSend }
  | { readonly expect: FramePattern }
  /** Of what has come, no frame of this type is left. */
  | { readonly expectNo: FrameName }
  /** Wait until the DATA of a stream has cost so much; it must not be more than the second. */
  | { readonly expectDataCost: readonly [number, number] }
  /** Send PING and wait for its answer: what was sent before has been read. */
  | { readonly ping: true }
  /** The other end sends no more. */
  | { readonly expectEnded: true }
  /** End this half; or reset the connection. */
  | { readonly close: 'end' | 'reset' }
  /** Make a key, from so long ago: `{name}` in hex is its bytes. */
  | { readonly makeKey: string; readonly ageMs: number }
  /** The description in END has these lines: see description-lines.ts. */
  | { readonly expectDescription: readonly string[] }
  /** The time since the connection before this one. */
  | { readonly sinceLastConnectionMs: { readonly atLeast: number } };

export interface MessageToSend {
  readonly zeros: number;
  /** Stream, service and method, in hex. */
  readonly to: string;
  /** Whether the client's half is closed by it. */
  readonly last?: true;
}

/** A frame that has to come: what is left out is not compared. */
export interface FramePattern {
  readonly type: FrameName;
  /** Left out: 1 for a raw client, that of the last CALL for a raw server; 0 where it must be. */
  readonly stream?: number;
  /** CALL: its name for later steps. Others: the CALL of that name is meant. */
  readonly as?: string;
  /** DATA that comes before it is not looked at. */
  readonly behindData?: true;
  /** By name, `LAST|MSG`, in the order of their bits; '' for none. */
  readonly flags?: string;
  readonly code?: number | readonly number[];
  /** The text begins with this name of a violation, and a colon. */
  readonly rule?: string;
  /** All of it, in hex. */
  readonly payload?: string;
  readonly payloadBytes?: number;
  /** CALL: from, to. */
  readonly timeoutMs?: readonly [number, number];
  /** GOAWAY: from, to. */
  readonly lastStream?: readonly [number, number];
  /** META, END, CALL: as in Expectation. */
  readonly metadata?: readonly PairData[];
  /** END: the number of the typed error and its detail in hex; or none. */
  readonly typedError?: { readonly id: number; readonly detail: string } | 'none';
  /**
   * CALL: `none`, or the name of a key, another than all before unless it has had that name; then
   * the message is the same too.
   */
  readonly key?: string;
  /** CALL: whether it says that it was tried before. */
  readonly isAgain?: boolean;
  /** END of a KeyedCall: its name for later, and the name of one before with how many more, from, to. */
  readonly runAs?: string;
  readonly runsSince?: readonly [name: string, from: number, to: number];
}
