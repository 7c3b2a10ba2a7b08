import { context, metrics, SpanKind, trace } from '@opentelemetry/api';
import type { AnyStreamingCall, ClientInterceptor } from '../rpc/index';
import { attributesOf, endSpan, statusOf } from './attributes';
import { observe } from './observed-iterable';
import { SCOPE, type TelemetryOptions } from './server';
import { formatTraceparent } from './trace-context';

/**
 * A span and a measured duration (`rpc.client.call.duration`, seconds) for every call of a channel,
 * of all four kinds, its retries counted in; the server is told of the span as W3C traceparent.
 */
export function observeClient(options: TelemetryOptions = {}): ClientInterceptor {
  const tracer = options.tracer ?? trace.getTracer(SCOPE);
  const meter = options.meter ?? metrics.getMeter(SCOPE);
  const durations = meter.createHistogram('rpc.client.call.duration', { unit: 's' });

  return (call, next) => {
    const name = `${call.service.name}/${call.method.name}`;
    const attributes = attributesOf(name);
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
    const active = trace.setSpan(context.active(), span);
    const traceContext = formatTraceparent(span.spanContext());
    const startedMs = performance.now();
    const end = (thrown?: unknown): void => {
      const seconds = (performance.now() - startedMs) / 1_000;
      durations.record(seconds, { ...attributes, 'rpc.response.status_code': statusOf(thrown) });
      endSpan(span, thrown);
    };
    const traced = { ...call, options: { ...call.options, traceContext } };
    try {
      const outcome = context.with(active, () => next(traced));
      if (!(outcome instanceof Promise)) return observeStreaming(outcome, end);
      outcome.then(() => end(), end);
      return outcome;
    } catch (thrown) {
      end(thrown);
      throw thrown;
    }
  };
}

/** The same call; its end is seen by who reads it to its end, leaves early, or waits for the reply. */
function observeStreaming(
  call: AnyStreamingCall,
  end: (thrown?: unknown) => void,
): AnyStreamingCall {
  let hasEnded = false;
  const endOnce = (thrown?: unknown): void => {
    if (hasEnded) return;
    hasEnded = true;
    end(thrown);
  };
  const replies = observe(call, context.active(), endOnce);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => replies.next(),
    return: () => replies.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    send: (request) => call.send(request),
    end: () => call.end(),
    finish: async () => {
      try {
        const reply = await call.finish();
        endOnce();
        return reply;
      } catch (thrown) {
        endOnce(thrown);
        throw thrown;
      }
    },
    cancel: () => {
      call.cancel();
      endOnce();
    },
  };
}
