import type {
  Idempotency,
  MethodDesc,
  MethodKind,
  ServiceDesc,
  ServiceTypes,
} from '../../../../src/rpc/index';
import { Note } from '../../../support/probe-service';

function method<K extends MethodKind>(
  name: string,
  id: number,
  kind: K,
  idempotency: Idempotency,
): MethodDesc<Note, Note, K> {
  return { name, id, kind, idempotency, input: Note, output: Note };
}

/** Each says which server has answered: calls that may be made again, and others. */
export const Failover = {
  name: 'failover.Failover',
  id: 12,
  methods: {
    plain: method('Plain', 1, 'unary', 'unsafe'),
    look: method('Look', 2, 'unary', 'idempotent'),
    pay: method('Pay', 3, 'unary', 'keyed'),
    count: method('Count', 4, 'server-streaming', 'unsafe'),
  },
  types: (): ServiceTypes => ({ messages: [], enums: [] }),
} as const satisfies ServiceDesc & { types: () => ServiceTypes };

/** How many notes a Count has. */
export const COUNT_NOTES = 4;

export type Kind = keyof typeof Failover.methods;

/** Whether a call of this kind is lost with the server that has it. */
export const MAY_BE_LOST: Readonly<Record<Kind, boolean>> = {
  plain: true,
  look: false,
  pay: false,
  count: true,
};
