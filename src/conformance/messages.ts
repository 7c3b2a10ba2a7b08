import { Buffer } from 'node:buffer';
import type { MetadataPair } from '../rpc/index';
import { describeBytes, toBytes } from './bytes';
import type { KeyedResponse, Pair, Refusal, Request, Response } from './gen/conformance';
import type { PairData, RefusalData, RefusalSeen, ReplySeen, RequestData } from './model';

// Messages and metadata as the stub has them, and as cases and outcomes have them.

/** The request that a case means, without what it says nothing of. */
export function toRequest(data: RequestData = {}): Partial<Request> {
  const { payload, responseParameters, initialMetadata, trailingMetadata, refusal, ...rest } = data;
  return {
    ...rest,
    ...(payload !== undefined && { payload: toBytes(payload) }),
    ...(refusal !== undefined && { refusal: toRefusal(refusal) }),
    ...(responseParameters !== undefined && {
      responseParameters: responseParameters.map((one) => ({ intervalMs: 0, ...one })),
    }),
    ...(initialMetadata !== undefined && { initialMetadata: toPairMessages(initialMetadata) }),
    ...(trailingMetadata !== undefined && { trailingMetadata: toPairMessages(trailingMetadata) }),
  };
}

function toRefusal({ what = '', limit = 0, filler = '' }: RefusalData): Refusal {
  return { what, limit, filler: toBytes(filler) };
}

/** A typed error's detail as an outcome tells it. */
export function describeRefusal({ what, limit, filler }: Refusal): RefusalSeen {
  return { what, limit, filler: describeBytes(filler) };
}

/** A reply as an outcome tells it. */
export function describeReply(response: Response | KeyedResponse): ReplySeen {
  if ('run' in response) return { run: response.run };
  const { payload, aggregatedPayloadSize, call } = response;
  const reply = { payload: describeBytes(payload), aggregatedPayloadSize };
  if (call === undefined) return reply;
  const { metadata, caller, remainingMs } = call;
  const pairs = metadata.map(({ key, value }) => fromPair([key, value]));
  return {
    ...reply,
    call: { metadata: pairs, caller, ...(remainingMs !== undefined && { remainingMs }) },
  };
}

export function toPair([key, value]: PairData): MetadataPair {
  return [key, toBytes(value)];
}

export function fromPair([key, value]: MetadataPair): PairData {
  return [key, Buffer.from(value).toString('hex')];
}

function toPairMessages(pairs: readonly PairData[]): Pair[] {
  return pairs.map(([key, value]) => ({ key, value: toBytes(value) }));
}
