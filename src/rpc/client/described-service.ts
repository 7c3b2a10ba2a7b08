import {
  IdempotencyNumber,
  KindNumber,
  type DescribeReply,
  type MethodDescription,
} from '../description';
import { findService } from '../find-service';
import type { AnyMethod, Idempotency, MethodKind, ServiceDesc } from '../method';
import { DescribedTypes, freshName, refused, shown } from './described-types';

const U16_MAX = 0xffff;

const KINDS = new Map<KindNumber, MethodKind>([
  [KindNumber.UNARY, 'unary'],
  [KindNumber.SERVER_STREAMING, 'server-streaming'],
  [KindNumber.CLIENT_STREAMING, 'client-streaming'],
  [KindNumber.BIDIRECTIONAL, 'bidirectional'],
]);

/** What is not known here is taken for the one that promises least. */
const IDEMPOTENCIES = new Map<IdempotencyNumber, Idempotency>([
  [IdempotencyNumber.IDEMPOTENT, 'idempotent'],
  [IdempotencyNumber.KEYED, 'keyed'],
]);

/**
 * A service as a stub has it, made of what Describe has told instead of an IDL.
 * @param name in full, or without the package if only one service is named so
 * @throws RpcError NOT_FOUND for a name that is none, INVALID_ARGUMENT for one of several, INTERNAL
 * for a description that does not hold together
 */
export function serviceFromDescription(reply: DescribeReply, name: string): ServiceDesc {
  const described = findService(reply.services, name);
  if (described.id > U16_MAX) throw refused(`the service ${shown(described.name)} has no number`);
  const types = new DescribedTypes(reply);
  const names = new Set<string>();
  const ids = new Set<number>();
  const methods = described.methods.map((method): [string, AnyMethod] => {
    const where = `the method ${shown(method.name)}`;
    if (method.id < 1 || method.id > U16_MAX || ids.has(method.id)) {
      throw refused(`${where} has no number of its own`);
    }
    ids.add(method.id);
    return [freshName(method.name, names, where), methodOf(method, types, where)];
  });
  return { name: described.name, id: described.id, methods: Object.fromEntries(methods) };
}

function methodOf(method: MethodDescription, types: DescribedTypes, where: string): AnyMethod {
  const kind = KINDS.get(method.kind);
  if (kind === undefined) throw refused(`${where} is of a kind that is not known`);
  return {
    name: method.name,
    id: method.id,
    kind,
    idempotency: IDEMPOTENCIES.get(method.idempotency) ?? 'unsafe',
    input: types.message(method.input),
    output: types.message(method.output),
  };
}
