import { expect } from 'chai';
import { RpcError, StatusCode } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { blob, type FlowHandlers } from '../support/flow-service';
import { MemoryFlow, type MemoryFlowOptions } from '../support/memory-flow';
import { failureOf, watch } from '../support/outcome';
import { note, type Note } from '../support/probe-service';

describe('what the end of a call ends', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  function start(handlers: Partial<FlowHandlers> = {}, options: MemoryFlowOptions = {}): void {
    memory = new MemoryFlow({ handlers, ...options });
  }

  it('is what waits to be sent: END comes before the credit', async () => {
    let end: () => void = () => undefined;
    start({
      // Reads nothing, so that the client's window fills.
      collect: () => new Promise((resolve) => (end = () => resolve(note('enough')))),
    });
    const call = memory.flow.collect();
    for (let count = 0; count < 4; count++) await call.send(blob(60_000));
    const sent = watch(call.send(blob(60_000)));
    await settle();
    const before = sent.isOver;
    end();
    await settle();
    expect([before, sent.value]).to.deep.equal([false, false]);
  });

  it('is what waits to be sent, by an error', async () => {
    let fail: () => void = () => undefined;
    start({
      collect: () =>
        new Promise((_resolve, reject) => {
          fail = () => reject(new RpcError(StatusCode.ABORTED, 'enough'));
        }),
    });
    const call = memory.flow.collect();
    for (let count = 0; count < 4; count++) await call.send(blob(60_000));
    const sent = watch(call.send(blob(60_000)));
    await settle();
    fail();
    await settle();
    expect(sent.error?.code).to.equal(10);
  });

  it('is the right to send: nothing goes behind CANCEL', async () => {
    start();
    const call = memory.flow.chat();
    await call.send(note('a'));
    call.cancel();
    call.end();
    await settle();
    expect(memory.frames('serverEnd', 3).map(({ flags }) => flags)).to.deep.equal([0x04]);
  });

  it('is what was held for replies that nobody has read', async () => {
    const limits = { messageBytesMax: 100_000, heldBytesMax: 250_000 };
    start(
      {
        *count() {
          for (let at = 0; at < 4; at++) yield blob(50_000);
        },
      },
      { channel: { limits } },
    );
    const unread = memory.flow.count(note(''));
    await settle();
    const reply = watch(memory.flow.ask(note('next')));
    await settle();
    expect(reply.value?.text).to.equal('next');
    unread.cancel();
  });

  it('is the slot of a call whose request could not be sent', async () => {
    start({}, { server: { limits: { streamsMax: 1 } } });
    await memory.flow.ask(note(''));
    await failureOf(memory.flow.ask({ ...note(''), numbers: [-1] }));
    const reply = watch(memory.flow.ask(note('next')));
    await settle();
    expect(reply.value?.text).to.equal('next');
  });

  it('is not the call when a handler sends its metadata twice', async () => {
    const errors: string[] = [];
    start({
      ask: (request: Note, context) => {
        context.sendMetadata([]);
        try {
          context.sendMetadata([]);
        } catch (error) {
          errors.push((error as Error).message);
        }
        return request;
      },
    });
    const { text } = await memory.flow.ask(note('a'));
    expect([text, errors]).to.deep.equal([
      'a',
      ['metadata can be sent once, before the first message'],
    ]);
  });
});
