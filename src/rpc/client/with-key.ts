import { currentCall } from '../current-call';
import type { Environment } from '../environment';
import { makeIdempotencyKey } from '../idempotency-key';
import { NO_CALL_OPTIONS } from './call';
import type { ClientInterceptor } from './interceptor';

/**
 * Gives each call of a keyed method its key, around everything that may make the call again. Inside
 * the handler of a keyed method it is derived from that call's key: docs/PROTOCOL.md §12.
 */
export function withKey(environment: Environment): ClientInterceptor {
  return (call, next) => {
    if (call.options.idempotencyKey !== undefined) return next(call);
    const idempotencyKey =
      currentCall.getStore()?.nextKey(call.service.id, call.method.id) ??
      makeIdempotencyKey(environment);
    const options =
      call.options === NO_CALL_OPTIONS ? { idempotencyKey } : { ...call.options, idempotencyKey };
    return next({ service: call.service, method: call.method, request: call.request, options });
  };
}
