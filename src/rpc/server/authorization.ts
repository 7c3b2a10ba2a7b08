import { RpcError, StatusCode } from '../status';
import type { CallContext } from './handlers';
import type { ServerInterceptor } from './interceptor';

/**
 * Lets calls through by method and caller; a stranger that is refused gets UNAUTHENTICATED, a known
 * caller PERMISSION_DENIED.
 * @param allows whether the call may go on; it knows context.method and context.caller
 */
export function authorize(allows: (context: CallContext) => boolean): ServerInterceptor {
  return (input, context, next) => {
    if (allows(context)) return next(input);
    if (context.caller === undefined) {
      throw new RpcError(StatusCode.UNAUTHENTICATED, `${context.method} needs a known caller`);
    }
    throw new RpcError(
      StatusCode.PERMISSION_DENIED,
      `${context.caller} may not call ${context.method}`,
    );
  };
}
