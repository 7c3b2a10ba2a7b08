import {
  context,
  metrics,
  SpanKind,
  trace,
  type Meter,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { CallContext, ServerInterceptor } from '../rpc/index';
import { attributesOf, endSpan, statusOf } from './attributes';
import { observe } from './observed-iterable';
import { contextOf } from './trace-context';

export interface TelemetryOptions {
  /** Default: that of the global tracer provider. */
  readonly tracer?: Tracer;
  /** Default: that of the global meter provider. */
  readonly meter?: Meter;
}

export const SCOPE = 'fio-rpc';

/**
 * A span and a measured duration (`rpc.server.call.duration`, seconds) for every call that a server
 * handles, of all four kinds: the child of the caller's span, and current while the handler runs.
 * Put it first among the interceptors, so that what the others refuse is seen too.
 */
export function observeServer(options: TelemetryOptions = {}): ServerInterceptor {
  const tracer = options.tracer ?? trace.getTracer(SCOPE);
  const meter = options.meter ?? metrics.getMeter(SCOPE);
  const durations = meter.createHistogram('rpc.server.call.duration', { unit: 's' });

  return (input, call, next) => {
    const attributes = attributesOf(call.method);
    const parent = contextOf(call.traceContext);
    const span = startSpan(tracer, call, parent);
    const active = trace.setSpan(parent, span);
    const startedMs = performance.now();
    const end = (thrown?: unknown): void => {
      const seconds = (performance.now() - startedMs) / 1_000;
      durations.record(seconds, { ...attributes, 'rpc.response.status_code': statusOf(thrown) });
      endSpan(span, thrown);
    };
    try {
      const outcome = context.with(active, () => next(input));
      if (isPromise(outcome)) {
        outcome.then(() => end(), end);
        return outcome;
      }
      if (isIterable(outcome)) return observe(outcome, active, end);
      end();
      return outcome;
    } catch (thrown) {
      end(thrown);
      throw thrown;
    }
  };
}

function startSpan(tracer: Tracer, call: CallContext, parent: ReturnType<typeof contextOf>): Span {
  const attributes = {
    ...attributesOf(call.method),
    'network.peer.address': call.peer,
    ...(call.caller !== undefined && { 'enduser.id': call.caller }),
  };
  return tracer.startSpan(call.method, { kind: SpanKind.SERVER, attributes }, parent);
}

function isPromise(outcome: unknown): outcome is PromiseLike<unknown> {
  return typeof (outcome as { then?: unknown } | undefined)?.then === 'function';
}

/** Replies one by one: a message never has an iterator of its own. */
function isIterable(outcome: unknown): outcome is object {
  if (typeof outcome !== 'object' || outcome === null) return false;
  return Symbol.asyncIterator in outcome || Symbol.iterator in outcome;
}
