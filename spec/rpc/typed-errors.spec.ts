import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import {
  errorDetail,
  RpcError,
  StatusCode,
  typedError,
  type CallContext,
  type ErrorType,
} from '../../src/rpc/index';
import { bytes, int64Number, message, string, type Codec } from '../../src/wire/codec';
import { hex } from '../support/hex';
import { MemoryKeyed, type PayHandler } from '../support/memory-keyed';
import { failureOf } from '../support/outcome';
import { note } from '../support/probe-service';

interface Missing {
  amount: number;
  wallet: string;
}

const field = <T>(name: string, codec: Codec<T>) => ({ name, codec: codec as Codec<unknown> });
const detailCodec = message<Missing>('keyed.Missing', [
  field('amount', int64Number),
  field('wallet', string),
]);
/** An error of the package of the keyed service, as a stub has it. */
const Missing: ErrorType<Missing> = {
  ...detailCodec,
  errorId: 4,
  code: StatusCode.FAILED_PRECONDITION,
  package: 'keyed',
};
const Big: ErrorType<{ blob: Uint8Array }> = {
  ...message<{ blob: Uint8Array }>('keyed.Big', [field('blob', bytes)]),
  errorId: 5,
  code: StatusCode.ABORTED,
  package: 'keyed',
};

describe('typed errors', () => {
  let memory: MemoryKeyed;
  afterEach(() => memory.stop());
  const start = (pay: PayHandler): void => {
    memory = new MemoryKeyed(pay);
  };
  const fail =
    (error: RpcError): PayHandler =>
    () => {
      throw error;
    };
  const failure = (): Promise<RpcError> => failureOf(memory.keyed.pay(note('a')));

  it('bring status, text and detail to the client', async () => {
    start(fail(typedError(Missing, { amount: 7, wallet: 'Ana' }, 'not enough money')));
    const error = await failure();
    expect([error.code, error.text, errorDetail(error, Missing)]).to.deep.equal([
      StatusCode.FAILED_PRECONDITION,
      'not enough money',
      { amount: 7, wallet: 'Ana' },
    ]);
  });

  it('have the defaults where the handler says nothing', async () => {
    start(fail(typedError(Missing, { amount: 7 }, '')));
    expect(errorDetail(await failure(), Missing)).to.deep.equal({ amount: 7, wallet: '' });
  });

  it('carry trailers like any error', async () => {
    start((_, context: CallContext) => {
      context.setTrailers([['x', Buffer.from([1])]]);
      throw typedError(Missing, {}, '');
    });
    expect((await failure()).metadata).to.have.length(1);
  });

  it('are not taken for another error of the package', async () => {
    start(fail(typedError(Missing, {}, '')));
    expect(errorDetail(await failure(), Big)).to.equal(undefined);
  });

  it('are not taken for an error of that number in another package', async () => {
    start(fail(typedError(Missing, {}, '')));
    const elsewhere = { ...Missing, package: 'other' };
    expect(errorDetail(await failure(), elsewhere)).to.equal(undefined);
  });

  it('of another package reach the client as status and text only', async () => {
    start(fail(typedError({ ...Missing, package: 'other' }, { amount: 7 }, 'from elsewhere')));
    const error = await failure();
    expect([error.code, error.text, error.typed]).to.deep.equal([
      StatusCode.FAILED_PRECONDITION,
      'from elsewhere',
      undefined,
    ]);
  });

  it('leave out a detail that does not fit into END', async () => {
    start(fail(typedError(Big, { blob: new Uint8Array(57_339) }, 'too big')));
    const error = await failure();
    expect([error.code, error.text, error.typed]).to.deep.equal([
      StatusCode.ABORTED,
      'too big',
      undefined,
    ]);
  });

  it('bring the longest detail that fits', async () => {
    start(fail(typedError(Big, { blob: new Uint8Array(57_338) }, '')));
    expect(errorDetail(await failure(), Big)?.blob.length).to.equal(57_338);
  });

  it('keep status and text when the client cannot read the detail', async () => {
    const broken = { ...Missing, ...detailCodec, encode: () => undefined } as ErrorType<Missing>;
    start(
      fail(
        new RpcError(StatusCode.FAILED_PRECONDITION, 'said', {
          typed: { id: broken.errorId, package: 'keyed', bytes: hex('00 01') },
        }),
      ),
    );
    const error = await failure();
    expect([error.text, errorDetail(error, Missing)]).to.deep.equal(['said', undefined]);
  });

  it('are nothing that another thing thrown could be', () => {
    start(fail(typedError(Missing, {}, '')));
    expect(errorDetail(new Error('x'), Missing)).to.equal(undefined);
    expect(errorDetail(new RpcError(StatusCode.ABORTED, ''), Missing)).to.equal(undefined);
  });

  it('are the outcome of a keyed call, and told to each repeat', async () => {
    start(() => {
      throw typedError(Missing, { amount: memory.paid.length }, 'no');
    });
    const idempotencyKey = memory.newKey();
    const details = [];
    for (const text of ['a', 'a']) {
      const error = await failureOf(memory.keyed.pay(note(text), { idempotencyKey }));
      details.push([error.text, errorDetail(error, Missing)?.amount]);
    }
    expect(details).to.deep.equal([
      ['no', 1],
      ['no', 1],
    ]);
  });

  it('refuse a detail of the wrong type, which does not compile either', () => {
    start(fail(new RpcError(StatusCode.ABORTED, '')));
    // @ts-expect-error the detail has no such field
    typedError(Missing, { other: 1 }, '');
    // @ts-expect-error an amount is a number
    expect(() => typedError(Missing, { amount: 'x' }, '')).to.throw(TypeError);
  });
});
