import type { Handlers, MethodDesc, MethodKind, ServiceTypes } from '../../src/rpc/index';
import { Note, note } from './probe-service';

function method<K extends MethodKind>(
  name: string,
  id: number,
  kind: K,
  idempotency: 'unsafe' | 'idempotent' = 'unsafe',
): MethodDesc<Note, Note, K> {
  return { name, id, kind, idempotency, input: Note, output: Note };
}

/** One method of each kind, and a unary one that may be made twice: service 8, methods 1 to 5. */
export const Flow = {
  name: 'flow.Flow',
  id: 8,
  methods: {
    ask: method('Ask', 1, 'unary'),
    count: method('Count', 2, 'server-streaming'),
    collect: method('Collect', 3, 'client-streaming'),
    chat: method('Chat', 4, 'bidirectional'),
    look: method('Look', 5, 'unary', 'idempotent'),
  },
  types: (): ServiceTypes => ({
    messages: [
      {
        name: 'probe.Note',
        fields: [
          { name: 'text', number: 1, type: 'string' },
          { name: 'blob', number: 2, type: 'bytes' },
          { name: 'numbers', number: 3, type: 'uint32', label: 'repeated' },
        ],
      },
    ],
    enums: [],
  }),
} as const;

export type FlowHandlers = Handlers<typeof Flow>;

/**
 * Ask and Look answer what they are given, Count as many notes as its text says, Collect all texts
 * with commas between them, Chat each note as it comes.
 */
export const plainFlow: FlowHandlers = {
  ask: (request) => request,
  *count({ text }) {
    for (let at = 0; at < Number(text); at++) yield note(String(at));
  },
  async collect(requests) {
    return note((await textsOf(requests)).join());
  },
  async *chat(requests) {
    for await (const request of requests) yield request;
  },
  look: (request) => request,
};

/** The texts of all that comes, when it has ended. */
export async function textsOf(notes: AsyncIterable<Note>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of notes) texts.push(text);
  return texts;
}

/** How many come, when that has ended. */
export async function countOf(
  values: AsyncIterable<unknown>,
  onEach?: (count: number) => void,
): Promise<number> {
  const iterator = values[Symbol.asyncIterator]();
  let count = 0;
  while ((await iterator.next()).done !== true) {
    count++;
    onEach?.(count);
  }
  return count;
}

/** A note with so many bytes. */
export function blob(size: number): Note {
  return Note.create({ blob: new Uint8Array(size) });
}
