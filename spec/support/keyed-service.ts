import type { MethodDesc, ServiceDesc } from '../../src/rpc/index';
import { Note } from './probe-service';

const unary = (name: string, id: number, idempotency: 'keyed' | 'unsafe') =>
  ({ name, id, kind: 'unary', idempotency, input: Note, output: Note }) as MethodDesc<
    Note,
    Note,
    'unary'
  >;

/** A method that is done once for each key, another one, and one that takes no key. */
export const Keyed = {
  name: 'keyed.Keyed',
  id: 9,
  methods: {
    pay: unary('Pay', 1, 'keyed'),
    refund: unary('Refund', 2, 'keyed'),
    look: unary('Look', 3, 'unsafe'),
  },
} as const satisfies ServiceDesc;
