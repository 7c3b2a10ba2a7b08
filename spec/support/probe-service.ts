import {
  bool,
  bytes,
  list,
  map,
  message,
  nested,
  optional,
  string,
  uint32,
  uint64Number,
  type Codec,
  type MessageCodec,
} from '../../src/wire/codec';
import type { Handlers, MethodDesc } from '../../src/rpc/index';

/** A message with a text, some bytes and some numbers. */
export interface Note {
  text: string;
  blob: Uint8Array;
  numbers: number[];
}

export const Note: MessageCodec<Note> = message<Note>('probe.Note', [
  { name: 'text', codec: string },
  { name: 'blob', codec: bytes },
  { name: 'numbers', codec: list(uint32) },
]);

/** A message with the types that can be wrong in a way of their own, and one of its own kind. */
export interface Check {
  flag: boolean;
  maybe: number | undefined;
  counts: Map<string, number>;
  big: number;
  next: Check | undefined;
}

/** The codec of the message that is being defined: a message may contain itself. */
const self: Codec<Check> = {
  name: 'probe.Check',
  bytesMin: 4,
  zero: () => Check.zero(),
  encode: (writer, value) => nested(Check).encode(writer, value),
  decode: (reader) => nested(Check).decode(reader),
};

export const Check: MessageCodec<Check> = message<Check>('probe.Check', [
  { name: 'flag', codec: bool },
  { name: 'maybe', codec: optional(uint32) },
  { name: 'counts', codec: map(string, uint32) },
  { name: 'big', codec: uint64Number },
  { name: 'next', codec: optional(self) },
]);

function unary<I, O>(
  name: string,
  id: number,
  input: MessageCodec<I>,
  output: MessageCodec<O>,
): MethodDesc<I, O, 'unary'> {
  return { name, id, kind: 'unary', idempotency: 'unsafe', input, output };
}

/** What the tests of rpc call: service 7, methods 1 Echo, 2 Hold and 3 Check. */
export const Probe = {
  name: 'probe.Probe',
  id: 7,
  methods: {
    echo: unary('Echo', 1, Note, Note),
    hold: unary('Hold', 2, Note, Note),
    check: unary('Check', 3, Check, Note),
  },
} as const;

export type ProbeHandlers = Handlers<typeof Probe>;

/** A note with a text alone. */
export function note(text: string): Note {
  return Note.create({ text });
}

/** Echo answers what it is given; Hold never does, unless its signal fires; Check says "well". */
export const plainHandlers: ProbeHandlers = {
  echo: (request) => request,
  hold: (_request, context) =>
    new Promise((_resolve, reject) => {
      context.signal.addEventListener('abort', () => reject(context.signal.reason as Error));
    }),
  check: () => note('well'),
};
