import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { RpcError, StatusCode } from '../rpc/index';

/** OpenTelemetry's names for what is called (semantic conventions for RPC). */
export function attributesOf(method: string): Attributes {
  const at = method.lastIndexOf('/');
  return {
    'rpc.system': 'fio',
    'rpc.service': method.slice(0, at),
    'rpc.method': method.slice(at + 1),
  };
}

/** The name of the status that a call has ended with; `OK` without an error. */
export function statusOf(thrown: unknown): string {
  return thrown === undefined ? 'OK' : StatusCode[RpcError.from(thrown).code];
}

/** Ends the span of a call. @param thrown undefined when the call has ended well */
export function endSpan(span: Span, thrown?: unknown): void {
  span.setAttribute('rpc.response.status_code', statusOf(thrown));
  if (thrown !== undefined) {
    const error = RpcError.from(thrown);
    span.recordException(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  }
  span.end();
}
