import { expect } from 'chai';
import {
  describeServer,
  dynamicClient,
  dynamicClientFrom,
  dynamicErrors,
  errorDetail,
  errorsFromDescription,
  RpcError,
  StatusCode,
  typedError,
  type DescribeReply,
  type DynamicClient,
  type DynamicMessage,
  type ErrorType,
  type ServiceDesc,
} from '../../src/rpc/index';
import { modelOf, SYNTAX } from '../idl/support/compile';
import { GeneratedFolder } from '../idl/support/load';
import { MemoryFlow } from '../support/memory-flow';
import { failureOf } from '../support/outcome';

const PROTO = `${SYNTAX}package shop;
  service Shop { rpc Buy (Book) returns (Book); }
  message Book { string title = 1; }
  message SoldOut { option (fio.error) = 7; option (fio.code) = NOT_FOUND;
    string title = 1; repeated Other others = 2; }
  message Other { string title = 1; uint32 left = 2; }
  message Closed { option (fio.error) = 8; option (fio.code) = UNAVAILABLE; }`;

interface Stub {
  readonly Shop: ServiceDesc;
  readonly SoldOut: ErrorType<DynamicMessage>;
  readonly Closed: ErrorType<DynamicMessage>;
}

describe('typed errors of a dynamic client', () => {
  const folder = new GeneratedFolder();
  let stub: Stub;
  let memory: MemoryFlow;
  before(() => {
    stub = folder.load(modelOf({ 'shop.proto': PROTO }).model) as unknown as Stub;
  });
  after(() => folder.remove());
  afterEach(() => memory.stop());

  const DETAIL = { title: 'Emma', others: [{ title: 'Persuasion', left: 2 }] };

  /** A client of a shop whose only method fails so. */
  async function failing(error: () => Error): Promise<DynamicClient<'buy'>> {
    memory = new MemoryFlow();
    memory.server.add(stub.Shop, { buy: () => Promise.reject(error()) });
    return dynamicClient<'buy'>(memory.channel, 'Shop');
  }

  it('say what they say besides their text', async () => {
    const shop = await failing(() => typedError(stub.SoldOut, DETAIL, 'sold out'));
    const error = await failureOf(shop.buy({ title: 'Emma' }));
    expect([error.code, error.text]).to.deep.equal([StatusCode.NOT_FOUND, 'sold out']);
    expect(errorDetail(error, dynamicErrors(shop).get('SoldOut'))).to.deep.equal(DETAIL);
  });

  it('are not taken for one another', async () => {
    const shop = await failing(() => typedError(stub.SoldOut, DETAIL, ''));
    const error = await failureOf(shop.buy());
    expect(errorDetail(error, dynamicErrors(shop).get('Closed'))).to.equal(undefined);
    expect(errorDetail(error, dynamicErrors(shop).get('Unheard'))).to.equal(undefined);
  });

  it('are those of the package, with their numbers and statuses', async () => {
    const shop = await failing(() => new Error('not called'));
    expect(
      [...dynamicErrors(shop)].map(([name, type]) => [name, type.errorId, type.code, type.package]),
    ).to.deep.equal([
      ['Closed', 8, StatusCode.UNAVAILABLE, 'shop'],
      ['SoldOut', 7, StatusCode.NOT_FOUND, 'shop'],
    ]);
  });

  it('can be made too, with defaults for what is left out', async () => {
    const shop = await failing(() => new Error('not called'));
    const type = dynamicErrors(shop).get('SoldOut')!;
    const error = typedError(type, { title: 'Emma' }, 'sold out');
    expect(errorDetail(error, stub.SoldOut)).to.deep.equal({ title: 'Emma', others: [] });
  });

  it('are none of what is no dynamic client', async () => {
    await failing(() => new Error('not called'));
    expect(() => dynamicErrors({})).to.throw(TypeError, /no client of dynamicClient/);
  });

  it('are known to a client of a description that was learnt before', async () => {
    await failing(() => typedError(stub.Closed, {}, ''));
    const description = await describeServer(memory.channel, 'Shop');
    const shop = dynamicClientFrom<'buy'>(description, 'Shop', memory.channel);
    const error = await failureOf(shop.buy());
    expect(errorDetail(error, dynamicErrors(shop).get('Closed'))).to.deep.equal({});
  });

  describe('in a description that does not hold together', () => {
    async function refusal(change: Partial<DescribeReply['messages'][number]>): Promise<unknown> {
      await failing(() => new Error('not called'));
      const description = await describeServer(memory.channel, 'Shop');
      const messages = description.messages.map((one) =>
        one.name === 'shop.Closed' ? { ...one, ...change } : one,
      );
      try {
        return errorsFromDescription({ ...description, messages }, 'Shop').size;
      } catch (error) {
        return error instanceof RpcError ? error.text : error;
      }
    }
    for (const [what, change] of [
      ['a number too high', { errorId: 70_000 }],
      ['no status', { errorCode: 99 }],
      ['success for a status', { errorCode: 0 }],
    ] as const) {
      it(`are refused for ${what}`, async () => {
        expect(await refusal(change)).to.match(
          /the error "shop\.Closed" has no number or no status/,
        );
      });
    }
    it('are left out when they are of another package', async () => {
      expect(await refusal({ name: 'other.Closed' })).to.equal(1);
    });
  });
});
