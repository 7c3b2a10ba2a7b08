import { setTimeout as sleep } from 'node:timers/promises';
import {
  RpcError,
  typedError,
  type CallContext,
  type Handlers,
  type MetadataPair,
  type ServiceDesc,
} from '../rpc/index';
import {
  CallSeen,
  Conformance,
  Empty,
  Refusal,
  Response,
  type Pair,
  type Request,
} from './gen/conformance';

const { emptyCall, unaryCall, streamingOutputCall } = Conformance.methods;
const { streamingInputCall, fullDuplexCall, halfDuplexCall, keyedCall } = Conformance.methods;

/** The service without the method that no server has. */
export const ServedConformance = {
  ...Conformance,
  methods: {
    emptyCall,
    unaryCall,
    streamingOutputCall,
    streamingInputCall,
    fullDuplexCall,
    halfDuplexCall,
    keyedCall,
  },
} as const satisfies ServiceDesc;

/** Pairs of the call with these keys come back, as in gRPC's custom_metadata. */
const ECHOED_FIRST = 'x-fio-echo-initial';
const ECHOED_LAST = 'x-fio-echo-trailing-bin';

/** What conformance.proto says; each has counted no KeyedCall. */
export function makeConformanceHandlers(): Handlers<typeof ServedConformance> {
  return { ...conformanceHandlers, keyedCall: countKeyedCalls() };
}

/** The handler that counts. It does not listen to its signal: what it has counted, it tells. */
function countKeyedCalls(): Handlers<typeof ServedConformance>['keyedCall'] {
  let runs = 0;
  return async (request, context) => {
    const run = ++runs;
    const script = new CallScript(context);
    if (request.delayMs > 0) await sleep(request.delayMs);
    script.end(request);
    return { run };
  };
}

const conformanceHandlers: Omit<Handlers<typeof ServedConformance>, 'keyedCall'> = {
  emptyCall: () => Empty.create(),

  async unaryCall(request, context) {
    const script = new CallScript(context);
    await script.begin(request);
    script.end(request);
    return script.reply(request, request.responseSize);
  },

  async *streamingOutputCall(request, context) {
    const script = new CallScript(context);
    await script.begin(request);
    yield* script.replies(request);
  },

  async streamingInputCall(requests, context) {
    const script = new CallScript(context);
    let aggregatedPayloadSize = 0;
    let responseSize = 0;
    for await (const request of requests) {
      await script.begin(request);
      script.end(request);
      aggregatedPayloadSize += request.payload.length;
      responseSize = Math.max(responseSize, request.responseSize);
    }
    script.begun();
    return { ...script.reply(undefined, responseSize), aggregatedPayloadSize };
  },

  async *fullDuplexCall(requests, context) {
    const script = new CallScript(context);
    for await (const request of requests) {
      await script.begin(request);
      yield* script.replies(request);
    }
    script.begun();
  },

  async *halfDuplexCall(requests, context) {
    const script = new CallScript(context);
    const all: Request[] = [];
    for await (const request of requests) all.push(request);
    for (const request of all) {
      await script.begin(request);
      yield* script.replies(request);
    }
    script.begun();
  },
};

/** Does in one call what its requests say. */
class CallScript {
  private hasBegun = false;
  private describesCall = false;

  constructor(private readonly context: CallContext) {
    const trailers = context.metadata.filter(([key]) => key === ECHOED_LAST);
    if (trailers.length > 0) context.setTrailers(trailers);
  }

  /** Initial metadata, trailers, delay. */
  async begin(request: Request): Promise<void> {
    this.describesCall ||= request.describesCall;
    this.begun(request.initialMetadata);
    if (request.trailingMetadata.length > 0) {
      this.context.setTrailers(toPairs(request.trailingMetadata));
    }
    await this.wait(request.delayMs);
  }

  /** The first request has come, or there was none. */
  begun(asked: readonly Pair[] = []): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    const echoed = this.context.metadata.filter(([key]) => key === ECHOED_FIRST);
    const metadata = [...toPairs(asked), ...echoed];
    if (metadata.length > 0) this.context.sendMetadata(metadata);
  }

  async *replies(request: Request): AsyncGenerator<Response> {
    for (const { size, intervalMs } of request.responseParameters) {
      await this.wait(intervalMs);
      yield this.reply(request, size);
    }
    this.end(request);
  }

  reply(request: Request | undefined, size: number): Response {
    const payload = request?.echoesPayload === true ? request.payload : new Uint8Array(size);
    const response = Response.create({ payload });
    if (!this.describesCall) return response;
    this.describesCall = false;
    return { ...response, call: seen(this.context) };
  }

  /** @throws RpcError when the request wants the call to fail */
  end({ responseStatus, refusal }: Request): void {
    if (refusal !== undefined) throw typedError(Refusal, refusal, refusal.what);
    if (responseStatus === undefined || responseStatus.code === 0) return;
    throw new RpcError(responseStatus.code, responseStatus.message);
  }

  /** Ends early, by an error, when nobody waits for the answer any more. */
  private async wait(timeMs: number): Promise<void> {
    if (timeMs > 0) await sleep(timeMs, undefined, { signal: this.context.signal });
  }
}

function seen(context: CallContext): CallSeen {
  const remainingMs = context.remainingMs();
  return CallSeen.create({
    metadata: context.metadata.map(([key, value]) => ({ key, value })),
    caller: context.caller ?? '',
    remainingMs: remainingMs === undefined ? undefined : Math.ceil(remainingMs),
  });
}

function toPairs(pairs: readonly Pair[]): MetadataPair[] {
  return pairs.map(({ key, value }) => [key, value]);
}
