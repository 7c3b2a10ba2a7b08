import {
  INVALID_SPANID,
  INVALID_TRACEID,
  TraceFlags,
  context,
  isSpanContextValid,
  trace,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** What a CALL says of the span that makes it: W3C Trace Context, version 00. */
export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  const flags = (traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0');
  return `00-${traceId}-${spanId}-${flags}`;
}

/** The present context with the caller's span in it; unchanged when there is none that is valid. */
export function contextOf(traceparent: string | undefined): Context {
  const active = context.active();
  const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return parent === undefined ? active : trace.setSpanContext(active, parent);
}

function parseTraceparent(text: string): SpanContext | undefined {
  const [, traceId = INVALID_TRACEID, spanId = INVALID_SPANID, flags = '00', rest] =
    TRACEPARENT.exec(text) ?? [];
  // Version 00 ends here; later versions may add to it.
  if (text.startsWith('00') && rest !== undefined) return undefined;
  const parent = { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parent) ? parent : undefined;
}
