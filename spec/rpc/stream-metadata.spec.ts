import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { RpcError, StatusCode, type CallContext, type MetadataPair } from '../../src/rpc/index';
import { textsOf, type FlowHandlers } from '../support/flow-service';
import { MemoryFlow } from '../support/memory-flow';
import { failureOf } from '../support/outcome';
import { note } from '../support/probe-service';

const SECRET: readonly MetadataPair[] = [['secret', Buffer.from([7])]];

/** Metadata as texts that can be compared. */
function plain(metadata: readonly MetadataPair[] | undefined): string | undefined {
  return metadata?.map(([key, value]) => `${key}=${Buffer.from(value).toString('hex')}`).join();
}

describe('a call that streams, with metadata', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  function start(handlers: Partial<FlowHandlers>): void {
    memory = new MemoryFlow({ handlers });
  }

  const withMetadata: FlowHandlers['count'] = function* (_request, context: CallContext) {
    context.sendMetadata(SECRET);
    context.setTrailers([['sum', Buffer.from([1, 2])]]);
    yield note('');
  };

  it('gives it before the first reply, and the trailers at the end', async () => {
    start({ count: withMetadata });
    const order: (string | undefined)[] = [];
    const call = memory.flow.count(note(''), {
      onMetadata: (metadata) => order.push(plain(metadata)),
      onTrailers: (metadata) => order.push(plain(metadata)),
    });
    for await (const reply of call) order.push(`reply ${reply.text}`);
    expect(order.filter((one) => one !== 'reply ')).to.deep.equal(['secret=07', 'sum=0102']);
  });

  it('gives the trailers with an error too', async () => {
    start({
      count(_request, context) {
        context.setTrailers(SECRET);
        throw new RpcError(StatusCode.ABORTED, '');
      },
    });
    const error = await failureOf(memory.flow.count(note('')).next());
    expect(plain(error.metadata)).to.equal('secret=07');
  });

  it('fails in a handler that sends it after the first reply', async () => {
    start({
      *count(_request, context) {
        yield note('a');
        context.sendMetadata(SECRET);
      },
    });
    expect((await failureOf(textsOf(memory.flow.count(note(''))))).code).to.equal(2);
  });
});
