import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { client, connect, RpcError, Server, StatusCode } from '../../src/rpc/index';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Keyed } from '../support/keyed-service';
import { MemoryKeyed } from '../support/memory-keyed';
import { MemoryTransport } from '../support/memory-pair';
import { failureOf, watch } from '../support/outcome';
import { note, type Note } from '../support/probe-service';

describe('keyed methods', () => {
  let memory: MemoryKeyed;
  afterEach(() => memory.stop());
  function start(...parts: ConstructorParameters<typeof MemoryKeyed>): void {
    memory = new MemoryKeyed(...parts);
  }

  it('are done again for another call', async () => {
    start();
    expect([await memory.pay('a'), await memory.pay('a')]).to.deep.equal(['a paid 1', 'a paid 2']);
  });

  it('are done once for one key, and answer the same', async () => {
    start();
    const key = memory.newKey();
    expect([await memory.pay('a', key), await memory.pay('a', key)]).to.deep.equal([
      'a paid 1',
      'a paid 1',
    ]);
    expect(memory.paid).to.deep.equal(['a']);
  });

  it('know a key in one method from the same key in another', async () => {
    start();
    const idempotencyKey = memory.newKey();
    await memory.pay('a', idempotencyKey);
    expect((await memory.keyed.refund(note('b'), { idempotencyKey })).text).to.equal('b');
  });

  it('refuse a key that was used with other arguments', async () => {
    start();
    const key = memory.newKey();
    await memory.pay('a', key);
    expect([await memory.codeOfPay('b', key), memory.paid]).to.deep.equal([
      'INVALID_ARGUMENT',
      ['a'],
    ]);
  });

  it('refuse a key with other arguments while the first runs', async () => {
    start(() => new Promise(() => undefined));
    const key = memory.newKey();
    const first = watch(memory.keyed.pay(note('a'), { idempotencyKey: key, timeoutMs: 100 }));
    await settle();
    expect(await memory.codeOfPay('b', key)).to.equal('INVALID_ARGUMENT');
    await memory.environment.advance(200);
    expect(first.error?.code).to.equal(4);
  });

  it('refuse a key on a method that is not keyed', async () => {
    start();
    const call = memory.keyed.look(note('a'), { idempotencyKey: memory.newKey() });
    expect((await failureOf(call)).code).to.equal(StatusCode.INVALID_ARGUMENT);
  });

  it('refuse a key that was made more than an hour ahead', async () => {
    start();
    const now = memory.environment.wallClock();
    expect(await memory.codeOfPay('a', memory.newKey(now + 3_600_001))).to.equal(
      'FAILED_PRECONDITION',
    );
    expect(await memory.pay('b', memory.newKey(now + 3_600_000))).to.equal('b paid 1');
  });

  it('answer a repeat that waits for the first', async () => {
    let finish: (reply: Note) => void = () => undefined;
    start(() => new Promise((resolve) => (finish = resolve)));
    const key = memory.newKey();
    const calls = [watch(memory.keyed.pay(note('a'), { idempotencyKey: key }))];
    calls.push(watch(memory.keyed.pay(note('a'), { idempotencyKey: key })));
    await settle();
    finish(note('done'));
    await settle();
    expect(calls.map(({ value }) => value?.text)).to.deep.equal(['done', 'done']);
    expect(memory.paid).to.deep.equal(['a']);
  });

  it('run for the repeat when the first leaves no outcome', async () => {
    let fail: (error: Error) => void = () => undefined;
    start(() =>
      memory.paid.length === 1
        ? new Promise((_, reject) => (fail = reject))
        : note(`paid at try ${memory.paid.length}`),
    );
    const key = memory.newKey();
    const first = watch(memory.keyed.pay(note('a'), { idempotencyKey: key }));
    const second = watch(memory.keyed.pay(note('a'), { idempotencyKey: key }));
    await settle();
    fail(new RpcError(StatusCode.ABORTED, 'a conflict'));
    await settle();
    expect([first.error?.code, second.value?.text]).to.deep.equal([10, 'paid at try 2']);
  });

  it('let a repeat go at its own time limit, and the first go on', async () => {
    let finish: (reply: Note) => void = () => undefined;
    start(() => new Promise((resolve) => (finish = resolve)));
    const key = memory.newKey();
    const first = watch(memory.keyed.pay(note('a'), { idempotencyKey: key }));
    const second = watch(memory.keyed.pay(note('a'), { idempotencyKey: key, timeoutMs: 50 }));
    await memory.environment.advance(100);
    expect([second.error?.code, first.isOver]).to.deep.equal([4, false]);
    finish(note('done'));
    await settle();
    expect(first.value?.text).to.equal('done');
  });

  it('remember the outcome of a call that was cancelled', async () => {
    let finish: (reply: Note) => void = () => undefined;
    start(() => new Promise((resolve) => (finish = resolve)));
    const key = memory.newKey();
    const first = watch(memory.keyed.pay(note('a'), { idempotencyKey: key, timeoutMs: 50 }));
    await memory.environment.advance(100);
    finish(note('done'));
    await settle();
    expect([first.error?.code, await memory.pay('a', key), memory.paid]).to.deep.equal([
      4,
      'done',
      ['a'],
    ]);
  });

  it('do not remember an error', async () => {
    start(() => {
      if (memory.paid.length === 1) throw new RpcError(StatusCode.ABORTED, 'a conflict');
      return note('done');
    });
    const key = memory.newKey();
    expect([await memory.codeOfPay('a', key), await memory.pay('a', key)]).to.deep.equal([
      'ABORTED',
      'done',
    ]);
  });

  it('do not remember a reply that the handler leaves open', async () => {
    start((_, context) => {
      if (memory.paid.length === 1) context.leaveOpen();
      return note(`try ${memory.paid.length}`);
    });
    const key = memory.newKey();
    const replies = [
      await memory.pay('a', key),
      await memory.pay('a', key),
      await memory.pay('a', key),
    ];
    expect(replies).to.deep.equal(['try 1', 'try 2', 'try 2']);
  });

  it('tell callers apart by name, not by connection', async () => {
    start(undefined, undefined, undefined, {
      authenticate: (credentials) => Buffer.from(credentials ?? '').toString(),
      takesCredentialsInClear: true,
    });
    const idempotencyKey = memory.newKey();
    const as = async (name: string): Promise<string> => {
      const credentials = Buffer.from(name);
      return (await memory.keyed.pay(note('a'), { idempotencyKey, credentials })).text;
    };
    expect([await as('ana'), await as('ana'), await as('bob')]).to.deep.equal([
      'a paid 1',
      'a paid 1',
      'a paid 2',
    ]);
  });

  describe('made again by the channel', () => {
    it('have one effect when the answer was lost', async () => {
      start(() => {
        // The connection is lost before the answer can leave.
        if (memory.pairs.length === 1) memory.pairs[0]![1].cut();
        return note(`paid ${memory.paid.length}`);
      });
      const outcome = watch(memory.keyed.pay(note('a')));
      await memory.environment.advance(5_000);
      expect([outcome.value?.text, memory.paid, memory.pairs.length]).to.deep.equal([
        'paid 1',
        ['a'],
        2,
      ]);
    });

    it('wait for a server that starts again', async () => {
      start(() => {
        if (memory.pairs.length === 1) {
          memory.isDown = true;
          memory.pairs[0]![1].cut();
        }
        return note('paid');
      });
      const outcome = watch(memory.keyed.pay(note('a'), { timeoutMs: 30_000 }));
      await memory.environment.advance(2_000);
      expect(outcome.isOver).to.equal(false);
      memory.isDown = false;
      await memory.environment.advance(5_000);
      expect([outcome.value?.text, memory.paid]).to.deep.equal(['paid', ['a']]);
    });

    it('end by their time limit when the server does not come back', async () => {
      start(() => {
        memory.isDown = true;
        memory.pairs[0]![1].cut();
        return note('paid');
      });
      const outcome = watch(memory.keyed.pay(note('a'), { timeoutMs: 3_000 }));
      await memory.environment.advance(3_100);
      expect([outcome.error?.code, outcome.error?.mayHaveActed]).to.deep.equal([4, true]);
    });

    it('say which try it is', async () => {
      const attempts: unknown[] = [];
      start((_, context) => {
        attempts.push((context as unknown as { options: { attempt?: number } }).options.attempt);
        throw new RpcError(StatusCode.UNAVAILABLE, 'not now');
      });
      const outcome = watch(memory.keyed.pay(note('a')));
      await memory.environment.advance(10_000);
      expect([outcome.error?.code, attempts]).to.deep.equal([14, [undefined, 1, 2, 3]]);
    });
  });

  describe('called inside the handler of one', () => {
    it('get the same keys when the handler runs again', async () => {
      const keys: (string | undefined)[] = [];
      const inner = new FakeEnvironment();
      const innerServer = new Server({ environment: inner, log: () => undefined });
      innerServer.add(Keyed, {
        pay: (request, context) => {
          const { idempotencyKey } = (
            context as unknown as { options: { idempotencyKey?: Uint8Array } }
          ).options;
          keys.push(Buffer.from(idempotencyKey ?? []).toString('hex'));
          return request;
        },
        refund: (request) => request,
        look: (request) => request,
      });
      const innerChannel = connect('memory:2', {
        environment: inner,
        dial: () => {
          const pair = MemoryTransport.pair();
          innerServer.accept(pair[1]);
          return Promise.resolve(pair[0]);
        },
      });
      start(async (request) => {
        await client(Keyed, innerChannel).pay(note('one'));
        await client(Keyed, innerChannel).pay(note('two'));
        if (memory.paid.length === 1) throw new RpcError(StatusCode.ABORTED, 'half done');
        return request;
      });
      const key = memory.newKey();
      await failureOf(memory.pay('a', key));
      await memory.pay('a', key);
      // The second run of the handler was answered from memory: its calls had the keys of the first.
      expect([keys.length, new Set(keys).size]).to.deep.equal([2, 2]);
      const closing = [innerChannel.close(), innerServer.close()];
      await inner.advance(5_000);
      await Promise.all(closing);
    });
  });

  describe('without a key', () => {
    it('are refused', async () => {
      const raw = Object.assign({}, Keyed.methods.pay, { idempotency: 'unsafe' as const });
      start();
      const plain = { ...Keyed, methods: { pay: raw } };
      const { code, text } = await failureOf(client(plain, memory.channel).pay(note('a')));
      expect([code, text, memory.paid]).to.deep.equal([
        StatusCode.INVALID_ARGUMENT,
        'keyed.Keyed/Pay takes calls with a key only',
        [],
      ]);
    });
  });

  it('give a store’s transaction to the handler', async () => {
    let seen: unknown;
    start(
      (request, { transaction }) => {
        seen = transaction;
        return request;
      },
      {},
      {
        transact: async (_, effect) => ({ outcome: (await effect('a transaction')).bytes }),
      },
    );
    await memory.pay('a');
    expect(seen).to.equal('a transaction');
  });

  it('answer what a store remembers, without the handler', async () => {
    start(undefined, {}, { transact: () => ({ outcome: Buffer.from('0000', 'hex') }) });
    const outcome = watch(memory.keyed.pay(note('a')));
    await settle();
    expect([outcome.isOver, memory.paid]).to.deep.equal([true, []]);
  });

  it('say that a key was forgotten', async () => {
    start(undefined, {}, { transact: () => 'forgotten' });
    const { code, mayHaveActed } = await failureOf(memory.keyed.pay(note('a')));
    expect([code, mayHaveActed]).to.deep.equal([StatusCode.FAILED_PRECONDITION, true]);
  });
});
