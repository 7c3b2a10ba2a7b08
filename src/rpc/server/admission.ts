import type { FrameOptions } from '../../wire/options';
import { RpcError, StatusCode } from '../status';
import type { Entry } from './dispatcher';

/** Why a call is not for its handler, whatever it asks for; undefined: it is. */
export function refusalOf(
  { name, isForStrangers, isKeyed }: Entry,
  caller: string | undefined,
  requiresLogin: boolean,
  options: Readonly<FrameOptions>,
): RpcError | undefined {
  if (caller === undefined && requiresLogin && !isForStrangers) {
    return new RpcError(StatusCode.UNAUTHENTICATED, `${name} is not for strangers`);
  }
  if (options.idempotencyKey !== undefined && !isKeyed) {
    return new RpcError(StatusCode.INVALID_ARGUMENT, `${name} takes no key: it is not KEYED`);
  }
  return undefined;
}
