import { expect } from 'chai';
import { RpcError, StatusCode } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { blob, textsOf, type FlowHandlers } from '../support/flow-service';
import { MemoryFlow, type MemoryFlowOptions } from '../support/memory-flow';
import { failureOf, watch } from '../support/outcome';
import { note, type Note } from '../support/probe-service';

describe('calls that stream', () => {
  let memory: MemoryFlow;
  /** What the generators of these tests have said of themselves. */
  let told: string[];
  afterEach(() => memory.stop());

  function start(handlers: Partial<FlowHandlers> = {}, options: MemoryFlowOptions = {}): void {
    told = [];
    memory = new MemoryFlow({ handlers, ...options });
  }

  /** Yields for ever, and tells when it is ended. */
  async function* endless(): AsyncGenerator<Note> {
    try {
      for (let at = 0; ; at++) {
        await Promise.resolve();
        yield note(String(at));
      }
    } finally {
      told.push('finally');
    }
  }

  describe('with one request and many replies', () => {
    it('give the replies in order and end', async () => {
      start();
      expect(await textsOf(memory.flow.count(note('5')))).to.deep.equal(['0', '1', '2', '3', '4']);
    });

    it('may give none', async () => {
      start();
      expect(await textsOf(memory.flow.count(note('0')))).to.deep.equal([]);
    });

    it('give replies before the last is made', async () => {
      let goOn: () => void = () => undefined;
      start({
        async *count() {
          yield note('first');
          await new Promise<void>((resolve) => (goOn = resolve));
        },
      });
      const call = memory.flow.count(note(''));
      const { value } = await call.next();
      goOn();
      expect([value?.text, (await call.next()).done]).to.deep.equal(['first', true]);
    });

    it('give what came before an error, then the error', async () => {
      start({
        *count() {
          yield note('a');
          throw new RpcError(StatusCode.DATA_LOSS, 'half of it');
        },
      });
      const texts: string[] = [];
      const { code, text } = await failureOf(
        (async () => {
          for await (const reply of memory.flow.count(note(''))) texts.push(reply.text);
        })(),
      );
      expect([texts, code, text]).to.deep.equal([['a'], 15, 'half of it']);
    });

    it('tell an error once and are at their end then', async () => {
      start({
        count() {
          throw new RpcError(StatusCode.NOT_FOUND, '');
        },
      });
      const call = memory.flow.count(note(''));
      await failureOf(call.next());
      expect((await call.next()).done).to.equal(true);
    });

    it('fail with INTERNAL when a reply cannot be encoded, and end the generator', async () => {
      start({
        *count() {
          try {
            yield { ...note(''), numbers: [-1] };
          } finally {
            told.push('finally');
          }
        },
      });
      const { code } = await failureOf(memory.flow.count(note('')).next());
      expect([code, told]).to.deep.equal([13, ['finally']]);
    });

    it('fail with UNKNOWN when the handler gives nothing that can be iterated', async () => {
      start({ count: () => undefined as unknown as Iterable<Note> });
      expect((await failureOf(memory.flow.count(note('')).next())).code).to.equal(2);
    });

    it('end the generator when the client leaves its loop', async () => {
      start({ count: endless });
      for await (const { text } of memory.flow.count(note(''))) if (text === '3') break;
      await settle();
      expect(told).to.deep.equal(['finally']);
    });

    it('are cancelled by that, once, and END comes', async () => {
      start({ count: endless });
      for await (const reply of memory.flow.count(note(''))) if (reply.text === '3') break;
      await settle();
      const codes = [memory.frames('serverEnd', 5), memory.frames('clientEnd', 4)];
      expect(codes.map((frames) => frames.map(({ code }) => code))).to.deep.equal([[1], [1]]);
    });

    it('send no CANCEL when the client leaves its loop after the end', async () => {
      start();
      const call = memory.flow.count(note('2'));
      await call.next();
      await settle();
      await call.return?.();
      await settle();
      expect(memory.frames('serverEnd', 5)).to.deep.equal([]);
    });

    it('end the generator when the time limit has passed', async () => {
      start({ count: endless });
      const call = memory.flow.count(note(''), { timeoutMs: 50 });
      await memory.environment.advance(50);
      const outcome = watch(textsOf(call));
      await settle();
      expect([told, outcome.error?.code]).to.deep.equal([['finally'], 4]);
    });

    it('end the generator when the connection is lost', async () => {
      start({ count: endless });
      const outcome = watch(textsOf(memory.flow.count(note(''))));
      await settle(3);
      memory.clientEnd.cut();
      await settle();
      expect([told, outcome.error?.code]).to.deep.equal([['finally'], 14]);
    });

    it('fail with CANCELLED after cancel()', async () => {
      start({ count: endless });
      const call = memory.flow.count(note(''));
      call.cancel();
      expect((await failureOf(call.next())).code).to.equal(1);
    });

    it('fail a call that cannot be encoded with INVALID_ARGUMENT', async () => {
      start();
      const call = memory.flow.count({ ...note(''), numbers: [-1] });
      expect((await failureOf(call.next())).code).to.equal(3);
    });
  });

  describe('with many requests and one reply', () => {
    it('hand the requests over in order, also those sent before there is a connection', async () => {
      start();
      const call = memory.flow.collect();
      for (const text of ['a', 'b', 'c']) void call.send(note(text));
      expect((await call.finish()).text).to.equal('a,b,c');
    });

    it('say of each request that it was sent', async () => {
      start();
      const call = memory.flow.collect();
      expect([await call.send(note('a')), await call.send(note('b'))]).to.deep.equal([true, true]);
    });

    it('may send none', async () => {
      start();
      expect((await memory.flow.collect().finish()).text).to.equal('');
    });

    it('are answered before the last request, and then want no more', async () => {
      start({
        async collect(requests) {
          for await (const { text } of requests) return note(`enough: ${text}`);
          return note('');
        },
      });
      const call = memory.flow.collect();
      await call.send(note('a'));
      await settle();
      expect([await call.send(note('b')), (await call.finish()).text]).to.deep.equal([
        false,
        'enough: a',
      ]);
    });

    it('are answered by a handler that reads nothing', async () => {
      start({ collect: () => note('unread') });
      expect((await memory.flow.collect().finish()).text).to.equal('unread');
    });

    it('fail each send() by the error that the call has ended with', async () => {
      start({
        collect: () => {
          throw new RpcError(StatusCode.PERMISSION_DENIED, 'no');
        },
      });
      const call = memory.flow.collect();
      await call.send(note('a'));
      await settle();
      const codes = [(await failureOf(call.send(note('b')))).code];
      codes.push((await failureOf(call.finish())).code);
      expect(codes).to.deep.equal([7, 7]);
    });

    it('go on after a request that cannot be encoded', async () => {
      start();
      const call = memory.flow.collect();
      const { code } = await failureOf(call.send({ ...note(''), numbers: [-1] }));
      await call.send(note('b'));
      expect([code, (await call.finish()).text]).to.deep.equal([3, 'b']);
    });

    it('send nothing after finish()', async () => {
      start();
      const call = memory.flow.collect();
      await call.send(note('a'));
      const reply = call.finish();
      expect([await call.send(note('b')), (await reply).text]).to.deep.equal([false, 'a']);
    });

    it('let the handler see the error of a call that is given up', async () => {
      let seen: unknown;
      start({
        collect: async (requests) => {
          await textsOf(requests).catch((error: unknown) => (seen = error));
          return note('');
        },
      });
      const call = memory.flow.collect();
      await call.send(note('a'));
      call.cancel();
      await settle();
      expect((seen as RpcError).code).to.equal(1);
    });
  });

  describe('with many requests and many replies', () => {
    it('answer each request as it comes', async () => {
      start();
      const call = memory.flow.chat();
      const texts: (string | undefined)[] = [];
      for (const text of ['a', 'b', 'c']) {
        await call.send(note(text));
        texts.push((await call.next()).value?.text);
      }
      expect(texts).to.deep.equal(['a', 'b', 'c']);
    });

    it('may go on replying after the last request', async () => {
      start({
        async *chat(requests) {
          const texts = await textsOf(requests);
          for (const text of texts.reverse()) yield note(text);
        },
      });
      const call = memory.flow.chat();
      for (const text of ['a', 'b', 'c']) await call.send(note(text));
      call.end();
      call.end();
      expect(await textsOf(call)).to.deep.equal(['c', 'b', 'a']);
    });

    it('may be ended by the server before the client ends', async () => {
      start({
        *chat() {
          yield note('bye');
        },
      });
      const call = memory.flow.chat();
      const texts = await textsOf(call);
      expect([texts, await call.send(note('late'))]).to.deep.equal([['bye'], false]);
    });

    it('carry a message longer than the credit both ways at once', async () => {
      start();
      const call = memory.flow.chat();
      const sent = watch(call.send(blob(1_000_000)));
      const back = await call.next();
      expect([back.value?.blob.length, sent.value]).to.deep.equal([1_000_000, true]);
    });

    it('end both generators when the client leaves its loop', async () => {
      start({
        async *chat(requests) {
          try {
            for await (const request of requests) yield request;
          } finally {
            told.push('finally');
          }
        },
      });
      const call = memory.flow.chat();
      await call.send(note('a'));
      for await (const reply of call) if (reply.text === 'a') break;
      await settle();
      expect([told, (await failureOf(call.send(note('b')))).code]).to.deep.equal([['finally'], 1]);
    });
  });
});
