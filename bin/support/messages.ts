import { parseAddress } from '../../src/rpc/index';
import { randomIds, type MessageClient } from '../../src/services/messages/message-client';
import {
  EMISSOR_MAX,
  EMISSOR_MIN,
  EXIBIDOR_MAX,
  EXIBIDOR_MIN,
  roleOf,
  type Role,
} from '../../src/services/messages/message';
import { serverAddress } from './arguments';
import { UsageError } from './program';

// What the clients of the message system have in common.

/** Where the server is. @throws UsageError */
export function messageServer(text: string): { host: string; port: number } {
  return parseAddress(serverAddress(text));
}

/** An identifier of a role. @throws UsageError */
export function clientId(role: Role, text: string): number {
  const id = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (roleOf(id) === role) return id;
  const [first, last] = rangeOf(role);
  throw new UsageError(`um ${role} tem um número de ${first} a ${last}, não '${text}'`);
}

/** Be somebody: the one that was asked for, or anybody who is free. */
export async function identify(
  client: MessageClient,
  role: Role,
  wanted: number | undefined,
): Promise<number> {
  const id = await client.identify(wanted === undefined ? randomIds(...rangeOf(role)) : [wanted]);
  if (id !== undefined) return id;
  await client.leave();
  throw new Error(
    wanted === undefined
      ? `todos os números de ${role} estão em uso`
      : `o número ${wanted} está em uso; escolha outro, ou nenhum`,
  );
}

function rangeOf(role: Role): [number, number] {
  return role === 'emissor' ? [EMISSOR_MIN, EMISSOR_MAX] : [EXIBIDOR_MIN, EXIBIDOR_MAX];
}

/** Calls `stop` once, on Ctrl-C or when it is asked to end otherwise; a second signal kills. */
export function onInterrupt(stop: () => void): void {
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
