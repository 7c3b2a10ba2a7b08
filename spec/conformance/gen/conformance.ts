/* eslint-disable */
// Made by `fio stubs` from conformance.proto; do not edit.

import { addEntry, type MessageCodec } from '../../../src/wire/codec';
import type { MethodDesc, ServiceDesc, ServiceTypes } from '../../../src/rpc/method';

export interface Empty {}

export const Empty: MessageCodec<Empty> = {
  name: 'fio.conformance.Empty',
  bytesMin: 1,
  zero: () => ({}),
  create: () => ({}),
  encode: () => undefined,
  decode: () => ({}),
};

/**
 * What the server is to do, in this order: send initial_metadata, wait delay_ms, reply, and end
 * the call with response_status if that is not 0.
 */
export interface Request {
  /** Length of the reply's payload: a unary reply's or that of a StreamingInputCall. */
  responseSize: number;
  payload: Uint8Array;
  delayMs: number;
  responseStatus?: Status | undefined;
  responseParameters: ResponseParameters[];
  /** Sent at once. In a call with many requests only the first one's. */
  initialMetadata: Pair[];
  /** Sent with the end of the call, with success or error; that of the last request that has any. */
  trailingMetadata: Pair[];
  /** Whether the call's replies, or the first of many, have `call`. */
  describesCall: boolean;
  /** Whether the payload of each reply is the request's, whatever sizes are asked for. */
  echoesPayload: boolean;
  /** Nothing is done with it. */
  unusual?: Unusual | undefined;
}

export const Request: MessageCodec<Request> = {
  name: 'fio.conformance.Request',
  bytesMin: 28,
  zero: () => ({
    responseSize: 0,
    payload: new Uint8Array(0),
    delayMs: 0,
    responseStatus: undefined,
    responseParameters: [],
    initialMetadata: [],
    trailingMetadata: [],
    describesCall: false,
    echoesPayload: false,
    unusual: undefined,
  }),
  create: (init = {}) => ({
    responseSize: (Object.hasOwn(init, 'responseSize') ? init.responseSize : undefined) ?? 0,
    payload: (Object.hasOwn(init, 'payload') ? init.payload : undefined) ?? new Uint8Array(0),
    delayMs: (Object.hasOwn(init, 'delayMs') ? init.delayMs : undefined) ?? 0,
    responseStatus: Object.hasOwn(init, 'responseStatus') ? init.responseStatus : undefined,
    responseParameters:
      (Object.hasOwn(init, 'responseParameters') ? init.responseParameters : undefined) ?? [],
    initialMetadata:
      (Object.hasOwn(init, 'initialMetadata') ? init.initialMetadata : undefined) ?? [],
    trailingMetadata:
      (Object.hasOwn(init, 'trailingMetadata') ? init.trailingMetadata : undefined) ?? [],
    describesCall: (Object.hasOwn(init, 'describesCall') ? init.describesCall : undefined) ?? false,
    echoesPayload: (Object.hasOwn(init, 'echoesPayload') ? init.echoesPayload : undefined) ?? false,
    unusual: Object.hasOwn(init, 'unusual') ? init.unusual : undefined,
  }),
  encode(writer, value) {
    writer.u32(value.responseSize);
    writer.bytes(value.payload);
    writer.u32(value.delayMs);
    const f4 = value.responseStatus;
    if (f4 === undefined) writer.present(false);
    else {
      writer.present(true);
      const mark = writer.enter();
      Status.encode(writer, f4);
      writer.leave(mark);
    }
    writer.count(value.responseParameters.length);
    for (const item of value.responseParameters) {
      const mark = writer.enter();
      ResponseParameters.encode(writer, item);
      writer.leave(mark);
    }
    writer.count(value.initialMetadata.length);
    for (const item of value.initialMetadata) {
      const mark = writer.enter();
      Pair.encode(writer, item);
      writer.leave(mark);
    }
    writer.count(value.trailingMetadata.length);
    for (const item of value.trailingMetadata) {
      const mark = writer.enter();
      Pair.encode(writer, item);
      writer.leave(mark);
    }
    writer.bool(value.describesCall);
    writer.bool(value.echoesPayload);
    const f10 = value.unusual;
    if (f10 === undefined) writer.present(false);
    else {
      writer.present(true);
      const mark = writer.enter();
      Unusual.encode(writer, f10);
      writer.leave(mark);
    }
  },
  decode(reader) {
    const f1 = reader.more() ? reader.u32() : 0;
    const f2 = reader.more() ? reader.bytes() : new Uint8Array(0);
    const f3 = reader.more() ? reader.u32() : 0;
    let f4: Status | undefined;
    if (reader.more() && reader.present()) {
      const outerEnd = reader.enter();
      f4 = Status.decode(reader);
      reader.leave(outerEnd);
    }
    const f5: ResponseParameters[] = [];
    if (reader.more()) {
      const count = reader.count(4);
      for (let i = 0; i < count; i++) {
        const outerEnd = reader.enter();
        f5.push(ResponseParameters.decode(reader));
        reader.leave(outerEnd);
      }
    }
    const f6: Pair[] = [];
    if (reader.more()) {
      const count = reader.count(4);
      for (let i = 0; i < count; i++) {
        const outerEnd = reader.enter();
        f6.push(Pair.decode(reader));
        reader.leave(outerEnd);
      }
    }
    const f7: Pair[] = [];
    if (reader.more()) {
      const count = reader.count(4);
      for (let i = 0; i < count; i++) {
        const outerEnd = reader.enter();
        f7.push(Pair.decode(reader));
        reader.leave(outerEnd);
      }
    }
    const f8 = reader.more() ? reader.bool() : false;
    const f9 = reader.more() ? reader.bool() : false;
    let f10: Unusual | undefined;
    if (reader.more() && reader.present()) {
      const outerEnd = reader.enter();
      f10 = Unusual.decode(reader);
      reader.leave(outerEnd);
    }
    return {
      responseSize: f1,
      payload: f2,
      delayMs: f3,
      responseStatus: f4,
      responseParameters: f5,
      initialMetadata: f6,
      trailingMetadata: f7,
      describesCall: f8,
      echoesPayload: f9,
      unusual: f10,
    };
  },
};

/** Types that can be wrong in a way of their own. */
export interface Unusual {
  inner?: Unusual | undefined;
  counts: Map<string, number>;
}

export const Unusual: MessageCodec<Unusual> = {
  name: 'fio.conformance.Unusual',
  bytesMin: 5,
  zero: () => ({
    inner: undefined,
    counts: new Map(),
  }),
  create: (init = {}) => ({
    inner: Object.hasOwn(init, 'inner') ? init.inner : undefined,
    counts: (Object.hasOwn(init, 'counts') ? init.counts : undefined) ?? new Map(),
  }),
  encode(writer, value) {
    const f1 = value.inner;
    if (f1 === undefined) writer.present(false);
    else {
      writer.present(true);
      const mark = writer.enter();
      Unusual.encode(writer, f1);
      writer.leave(mark);
    }
    writer.count(value.counts.size);
    for (const [key, item] of value.counts) {
      writer.string(key);
      writer.u32(item);
    }
  },
  decode(reader) {
    let f1: Unusual | undefined;
    if (reader.more() && reader.present()) {
      const outerEnd = reader.enter();
      f1 = Unusual.decode(reader);
      reader.leave(outerEnd);
    }
    const f2 = new Map<string, number>();
    if (reader.more()) {
      const count = reader.count(8);
      for (let i = 0; i < count; i++) {
        const key = reader.string();
        addEntry(f2, key, reader.u32());
      }
    }
    return {
      inner: f1,
      counts: f2,
    };
  },
};

/** One reply of many. */
export interface ResponseParameters {
  /** Length of its payload. */
  size: number;
  /** How long to wait before it. */
  intervalMs: number;
}

export const ResponseParameters: MessageCodec<ResponseParameters> = {
  name: 'fio.conformance.ResponseParameters',
  bytesMin: 8,
  zero: () => ({
    size: 0,
    intervalMs: 0,
  }),
  create: (init = {}) => ({
    size: (Object.hasOwn(init, 'size') ? init.size : undefined) ?? 0,
    intervalMs: (Object.hasOwn(init, 'intervalMs') ? init.intervalMs : undefined) ?? 0,
  }),
  encode(writer, value) {
    writer.u32(value.size);
    writer.u32(value.intervalMs);
  },
  decode: (reader) => ({
    size: reader.more() ? reader.u32() : 0,
    intervalMs: reader.more() ? reader.u32() : 0,
  }),
};

export interface Status {
  code: number;
  message: string;
}

export const Status: MessageCodec<Status> = {
  name: 'fio.conformance.Status',
  bytesMin: 8,
  zero: () => ({
    code: 0,
    message: '',
  }),
  create: (init = {}) => ({
    code: (Object.hasOwn(init, 'code') ? init.code : undefined) ?? 0,
    message: (Object.hasOwn(init, 'message') ? init.message : undefined) ?? '',
  }),
  encode(writer, value) {
    writer.u32(value.code);
    writer.string(value.message);
  },
  decode: (reader) => ({
    code: reader.more() ? reader.u32() : 0,
    message: reader.more() ? reader.string() : '',
  }),
};

/** One pair of metadata. */
export interface Pair {
  key: string;
  value: Uint8Array;
}

export const Pair: MessageCodec<Pair> = {
  name: 'fio.conformance.Pair',
  bytesMin: 8,
  zero: () => ({
    key: '',
    value: new Uint8Array(0),
  }),
  create: (init = {}) => ({
    key: (Object.hasOwn(init, 'key') ? init.key : undefined) ?? '',
    value: (Object.hasOwn(init, 'value') ? init.value : undefined) ?? new Uint8Array(0),
  }),
  encode(writer, value) {
    writer.string(value.key);
    writer.bytes(value.value);
  },
  decode: (reader) => ({
    key: reader.more() ? reader.string() : '',
    value: reader.more() ? reader.bytes() : new Uint8Array(0),
  }),
};

export interface Response {
  /** Bytes of 0, unless the request's are wanted back. */
  payload: Uint8Array;
  aggregatedPayloadSize: number;
  call?: CallSeen | undefined;
}

export const Response: MessageCodec<Response> = {
  name: 'fio.conformance.Response',
  bytesMin: 9,
  zero: () => ({
    payload: new Uint8Array(0),
    aggregatedPayloadSize: 0,
    call: undefined,
  }),
  create: (init = {}) => ({
    payload: (Object.hasOwn(init, 'payload') ? init.payload : undefined) ?? new Uint8Array(0),
    aggregatedPayloadSize:
      (Object.hasOwn(init, 'aggregatedPayloadSize') ? init.aggregatedPayloadSize : undefined) ?? 0,
    call: Object.hasOwn(init, 'call') ? init.call : undefined,
  }),
  encode(writer, value) {
    writer.bytes(value.payload);
    writer.u32(value.aggregatedPayloadSize);
    const f3 = value.call;
    if (f3 === undefined) writer.present(false);
    else {
      writer.present(true);
      const mark = writer.enter();
      CallSeen.encode(writer, f3);
      writer.leave(mark);
    }
  },
  decode(reader) {
    const f1 = reader.more() ? reader.bytes() : new Uint8Array(0);
    const f2 = reader.more() ? reader.u32() : 0;
    let f3: CallSeen | undefined;
    if (reader.more() && reader.present()) {
      const outerEnd = reader.enter();
      f3 = CallSeen.decode(reader);
      reader.leave(outerEnd);
    }
    return {
      payload: f1,
      aggregatedPayloadSize: f2,
      call: f3,
    };
  },
};

/** A call as the server's handler sees it. */
export interface CallSeen {
  metadata: Pair[];
  /** Absent: the call has no time limit. */
  remainingMs?: number | undefined;
  /** Who the caller is, by the credentials; empty for a stranger. */
  caller: string;
}

export const CallSeen: MessageCodec<CallSeen> = {
  name: 'fio.conformance.CallSeen',
  bytesMin: 9,
  zero: () => ({
    metadata: [],
    remainingMs: undefined,
    caller: '',
  }),
  create: (init = {}) => ({
    metadata: (Object.hasOwn(init, 'metadata') ? init.metadata : undefined) ?? [],
    remainingMs: Object.hasOwn(init, 'remainingMs') ? init.remainingMs : undefined,
    caller: (Object.hasOwn(init, 'caller') ? init.caller : undefined) ?? '',
  }),
  encode(writer, value) {
    writer.count(value.metadata.length);
    for (const item of value.metadata) {
      const mark = writer.enter();
      Pair.encode(writer, item);
      writer.leave(mark);
    }
    const f2 = value.remainingMs;
    if (f2 === undefined) writer.present(false);
    else {
      writer.present(true);
      writer.u32(f2);
    }
    writer.string(value.caller);
  },
  decode(reader) {
    const f1: Pair[] = [];
    if (reader.more()) {
      const count = reader.count(4);
      for (let i = 0; i < count; i++) {
        const outerEnd = reader.enter();
        f1.push(Pair.decode(reader));
        reader.leave(outerEnd);
      }
    }
    const f2 = reader.more() && reader.present() ? reader.u32() : undefined;
    const f3 = reader.more() ? reader.string() : '';
    return {
      metadata: f1,
      remainingMs: f2,
      caller: f3,
    };
  },
};

/**
 * What every implementation under test serves: see README.md. A server does exactly what the
 * requests say, so that a case is nothing but data.
 */
export const Conformance = {
  name: 'fio.conformance.Conformance',
  id: 65000,
  methods: {
    emptyCall: {
      name: 'EmptyCall',
      id: 1,
      kind: 'unary',
      idempotency: 'unsafe',
      input: Empty,
      output: Empty,
    } as MethodDesc<Empty, Empty, 'unary'>,
    /** One reply, as the request says. */
    unaryCall: {
      name: 'UnaryCall',
      id: 2,
      kind: 'unary',
      idempotency: 'unsafe',
      input: Request,
      output: Response,
    } as MethodDesc<Request, Response, 'unary'>,
    /** A reply for each of the request's response_parameters. */
    streamingOutputCall: {
      name: 'StreamingOutputCall',
      id: 3,
      kind: 'server-streaming',
      idempotency: 'unsafe',
      input: Request,
      output: Response,
    } as MethodDesc<Request, Response, 'server-streaming'>,
    /** One reply when the requests have ended, with the sum of the lengths of their payloads. */
    streamingInputCall: {
      name: 'StreamingInputCall',
      id: 4,
      kind: 'client-streaming',
      idempotency: 'unsafe',
      input: Request,
      output: Response,
    } as MethodDesc<Request, Response, 'client-streaming'>,
    /**
     * For each request, at once, the replies that it asks for. The next request is read only when
     * they have been sent.
     */
    fullDuplexCall: {
      name: 'FullDuplexCall',
      id: 5,
      kind: 'bidirectional',
      idempotency: 'unsafe',
      input: Request,
      output: Response,
    } as MethodDesc<Request, Response, 'bidirectional'>,
    /** Reads all requests first; then the replies of each, in the same order. */
    halfDuplexCall: {
      name: 'HalfDuplexCall',
      id: 6,
      kind: 'bidirectional',
      idempotency: 'unsafe',
      input: Request,
      output: Response,
    } as MethodDesc<Request, Response, 'bidirectional'>,
    /** No server has it. */
    unimplementedCall: {
      name: 'UnimplementedCall',
      id: 7,
      kind: 'unary',
      idempotency: 'unsafe',
      input: Empty,
      output: Empty,
    } as MethodDesc<Empty, Empty, 'unary'>,
  },
  types: (): ServiceTypes => ({
    comment:
      'What every implementation under test serves: see README.md. A server does exactly what the\nrequests say, so that a case is nothing but data.',
    methodComments: [
      ['UnaryCall', 'One reply, as the request says.'],
      ['StreamingOutputCall', "A reply for each of the request's response_parameters."],
      [
        'StreamingInputCall',
        'One reply when the requests have ended, with the sum of the lengths of their payloads.',
      ],
      [
        'FullDuplexCall',
        'For each request, at once, the replies that it asks for. The next request is read only when\nthey have been sent.',
      ],
      ['HalfDuplexCall', 'Reads all requests first; then the replies of each, in the same order.'],
      ['UnimplementedCall', 'No server has it.'],
    ],
    messages: [
      {
        name: 'fio.conformance.CallSeen',
        comment: "A call as the server's handler sees it.",
        fields: [
          { name: 'metadata', number: 1, type: '.fio.conformance.Pair', label: 'repeated' },
          {
            name: 'remaining_ms',
            number: 2,
            type: 'uint32',
            label: 'optional',
            comment: 'Absent: the call has no time limit.',
          },
          {
            name: 'caller',
            number: 3,
            type: 'string',
            comment: 'Who the caller is, by the credentials; empty for a stranger.',
          },
        ],
      },
      {
        name: 'fio.conformance.Empty',
        fields: [],
      },
      {
        name: 'fio.conformance.Pair',
        comment: 'One pair of metadata.',
        fields: [
          { name: 'key', number: 1, type: 'string' },
          { name: 'value', number: 2, type: 'bytes' },
        ],
      },
      {
        name: 'fio.conformance.Request',
        comment:
          'What the server is to do, in this order: send initial_metadata, wait delay_ms, reply, and end\nthe call with response_status if that is not 0.',
        fields: [
          {
            name: 'response_size',
            number: 1,
            type: 'uint32',
            comment:
              "Length of the reply's payload: a unary reply's or that of a StreamingInputCall.",
          },
          { name: 'payload', number: 2, type: 'bytes' },
          { name: 'delay_ms', number: 3, type: 'uint32' },
          { name: 'response_status', number: 4, type: '.fio.conformance.Status' },
          {
            name: 'response_parameters',
            number: 5,
            type: '.fio.conformance.ResponseParameters',
            label: 'repeated',
          },
          {
            name: 'initial_metadata',
            number: 6,
            type: '.fio.conformance.Pair',
            label: 'repeated',
            comment: "Sent at once. In a call with many requests only the first one's.",
          },
          {
            name: 'trailing_metadata',
            number: 7,
            type: '.fio.conformance.Pair',
            label: 'repeated',
            comment:
              'Sent with the end of the call, with success or error; that of the last request that has any.',
          },
          {
            name: 'describes_call',
            number: 8,
            type: 'bool',
            comment: "Whether the call's replies, or the first of many, have `call`.",
          },
          {
            name: 'echoes_payload',
            number: 9,
            type: 'bool',
            comment:
              "Whether the payload of each reply is the request's, whatever sizes are asked for.",
          },
          {
            name: 'unusual',
            number: 10,
            type: '.fio.conformance.Unusual',
            comment: 'Nothing is done with it.',
          },
        ],
      },
      {
        name: 'fio.conformance.Response',
        fields: [
          {
            name: 'payload',
            number: 1,
            type: 'bytes',
            comment: "Bytes of 0, unless the request's are wanted back.",
          },
          { name: 'aggregated_payload_size', number: 2, type: 'uint32' },
          { name: 'call', number: 3, type: '.fio.conformance.CallSeen' },
        ],
      },
      {
        name: 'fio.conformance.ResponseParameters',
        comment: 'One reply of many.',
        fields: [
          { name: 'size', number: 1, type: 'uint32', comment: 'Length of its payload.' },
          {
            name: 'interval_ms',
            number: 2,
            type: 'uint32',
            comment: 'How long to wait before it.',
          },
        ],
      },
      {
        name: 'fio.conformance.Status',
        fields: [
          { name: 'code', number: 1, type: 'uint32' },
          { name: 'message', number: 2, type: 'string' },
        ],
      },
      {
        name: 'fio.conformance.Unusual',
        comment: 'Types that can be wrong in a way of their own.',
        fields: [
          { name: 'inner', number: 1, type: '.fio.conformance.Unusual' },
          { name: 'counts', number: 2, type: 'uint32', label: 'map', key: 'string' },
        ],
      },
    ],
    enums: [],
  }),
} as const satisfies ServiceDesc;

/** No server has it. */
export const UnimplementedService = {
  name: 'fio.conformance.UnimplementedService',
  id: 65001,
  methods: {
    unimplementedCall: {
      name: 'UnimplementedCall',
      id: 1,
      kind: 'unary',
      idempotency: 'unsafe',
      input: Empty,
      output: Empty,
    } as MethodDesc<Empty, Empty, 'unary'>,
  },
  types: (): ServiceTypes => ({
    comment: 'No server has it.',
    messages: [
      {
        name: 'fio.conformance.Empty',
        fields: [],
      },
    ],
    enums: [],
  }),
} as const satisfies ServiceDesc;
