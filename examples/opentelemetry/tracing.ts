import { context, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';

/** Writes a line for each span. In earnest: an OTLPTraceExporter, and a BatchSpanProcessor. */
const lines: SpanExporter = {
  export(spans: ReadableSpan[], done) {
    for (const { kind, name, parentSpanContext, attributes } of spans) {
      const parent = parentSpanContext?.isRemote === true ? 'a span elsewhere' : 'nobody';
      const status = String(attributes['rpc.response.status_code']);
      console.log(`${SpanKind[kind]} ${name}: ${status}, child of ${parent}`);
    }
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(lines)] }),
);
