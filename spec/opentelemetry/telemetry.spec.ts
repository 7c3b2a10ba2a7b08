import { context, trace, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { observeClient, observeServer } from '../../src/opentelemetry/index';
import { RpcError, StatusCode } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { textsOf, type FlowHandlers } from '../support/flow-service';
import { MemoryFlow } from '../support/memory-flow';
import { failureOf } from '../support/outcome';
import { note } from '../support/probe-service';

const EXPORT_MS = 3_600_000;

describe('OpenTelemetry', () => {
  const exporter = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = tracers.getTracer('spec');
  let metricExporter: InMemoryMetricExporter;
  let reader: PeriodicExportingMetricReader;
  let meters: MeterProvider;
  let memory: MemoryFlow;

  before(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  after(() => context.disable());
  beforeEach(() => {
    metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    reader = new PeriodicExportingMetricReader({
      exporter: metricExporter,
      exportIntervalMillis: EXPORT_MS,
    });
    meters = new MeterProvider({ readers: [reader] });
  });
  afterEach(async () => {
    await memory.stop();
    await meters.shutdown();
    exporter.reset();
  });

  function start(handlers: Partial<FlowHandlers> = {}): void {
    const options = { tracer, meter: meters.getMeter('spec') };
    memory = new MemoryFlow({
      handlers,
      server: { interceptors: [observeServer(options)] },
      channel: { interceptors: [observeClient(options)] },
    });
  }

  async function spans(): Promise<{ client: ReadableSpan; server: ReadableSpan }> {
    await settle();
    const all = exporter.getFinishedSpans();
    expect(all).to.have.length(2);
    const client = all.find(({ kind }) => kind === SpanKind.CLIENT)!;
    const server = all.find(({ kind }) => kind === SpanKind.SERVER)!;
    return { client, server };
  }

  const CALLS: [string, () => Promise<unknown>, string][] = [
    ['unary', () => memory.flow.ask(note('a')), 'Ask'],
    ['server-streaming', () => textsOf(memory.flow.count(note('2'))), 'Count'],
    [
      'client-streaming',
      async () => {
        const call = memory.flow.collect();
        await call.send(note('a'));
        return call.finish();
      },
      'Collect',
    ],
    [
      'bidirectional',
      async () => {
        const call = memory.flow.chat();
        await call.send(note('a'));
        call.end();
        return textsOf(call);
      },
      'Chat',
    ],
  ];

  for (const [kind, makeCall, method] of CALLS) {
    describe(`a ${kind} call`, () => {
      it('is a span at each end, with the names of service and method', async () => {
        start();
        await makeCall();
        const { client, server } = await spans();
        for (const span of [client, server]) {
          expect(span.name).to.equal(`flow.Flow/${method}`);
          expect(span.attributes).to.include({
            'rpc.system': 'fio',
            'rpc.service': 'flow.Flow',
            'rpc.method': method,
            'rpc.response.status_code': 'OK',
          });
        }
      });

      it("has the server's span as the child of the client's", async () => {
        start();
        await makeCall();
        const { client, server } = await spans();
        expect(server.parentSpanContext?.spanId).to.equal(client.spanContext().spanId);
        expect(server.spanContext().traceId).to.equal(client.spanContext().traceId);
      });
    });
  }

  it('makes the client a child of the span that is current where the call is made', async () => {
    start();
    const parent = tracer.startSpan('parent');
    await context.with(trace.setSpan(context.active(), parent), () => memory.flow.ask(note('a')));
    const { client } = await spans();
    expect(client.parentSpanContext?.spanId).to.equal(parent.spanContext().spanId);
  });

  it("makes the server's span current in a handler", async () => {
    let current: string | undefined;
    start({
      ask: async (request) => {
        await Promise.resolve();
        current = trace.getActiveSpan()?.spanContext().spanId;
        return request;
      },
    });
    await memory.flow.ask(note('a'));
    const { server } = await spans();
    expect(current).to.equal(server.spanContext().spanId);
  });

  it("makes the server's span current in a generator", async () => {
    const current = new Set<string | undefined>();
    start({
      async *count() {
        for (const text of ['a', 'b']) {
          await Promise.resolve();
          current.add(trace.getActiveSpan()?.spanContext().spanId);
          yield note(text);
        }
      },
    });
    await textsOf(memory.flow.count(note('')));
    const { server } = await spans();
    expect([...current]).to.deep.equal([server.spanContext().spanId]);
  });

  it('tells the status of a call that fails, at both ends', async () => {
    start({ ask: () => Promise.reject(new RpcError(StatusCode.NOT_FOUND, 'no such thing')) });
    await failureOf(memory.flow.ask(note('a')));
    const { client, server } = await spans();
    for (const span of [client, server]) {
      expect(span.attributes['rpc.response.status_code']).to.equal('NOT_FOUND');
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
    }
  });

  it('tells the status of a stream that fails in the middle, at both ends', async () => {
    start({
      *count() {
        yield note('a');
        throw new RpcError(StatusCode.DATA_LOSS, 'gone');
      },
    });
    await failureOf(textsOf(memory.flow.count(note(''))));
    const { client, server } = await spans();
    for (const span of [client, server]) {
      expect(span.attributes['rpc.response.status_code']).to.equal('DATA_LOSS');
    }
  });

  it('ends the span of a stream that its reader leaves', async () => {
    start();
    for await (const reply of memory.flow.count(note('1000'))) {
      expect(reply.text).to.equal('0');
      break;
    }
    const { client } = await spans();
    expect(client.attributes['rpc.response.status_code']).to.equal('OK');
  });

  it('measures each call at each end', async () => {
    start();
    await memory.flow.ask(note('a'));
    await memory.flow.ask(note('b'));
    await reader.forceFlush();
    const counts = metricExporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ value }) => (value as { count: number }).count),
      ]);
    expect(counts).to.have.deep.members([
      ['rpc.client.call.duration', [2]],
      ['rpc.server.call.duration', [2]],
    ]);
  });

  for (const [what, traceContext] of [
    ['of version 255', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['with a trace of zeros', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['with something behind it', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x'],
    ['that is none', 'yes'],
  ] as const) {
    it(`begins a new trace for a traceparent ${what}`, async () => {
      const options = { tracer, meter: meters.getMeter('spec') };
      memory = new MemoryFlow({ server: { interceptors: [observeServer(options)] } });
      await memory.flow.ask(note('a'), { traceContext });
      await settle();
      const [server] = exporter.getFinishedSpans();
      expect(server?.parentSpanContext).to.equal(undefined);
    });
  }
});
