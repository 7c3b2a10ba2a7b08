import { expect } from 'chai';
import fc from 'fast-check';
import { dynamicClient, RpcError, type DynamicClient } from '../../src/rpc/index';
import { Math as MathService } from '../../src/services/gen/math';
import { mathHandlers } from '../../src/services/math/math-handlers';
import { serveOnLoopback, type Loopback } from '../services/support/loopback';
import { fio } from './support/tool';

const RUNS = 60;
/** What a command that was told a status ends with: so much more than the status. */
const STATUS_EXIT_BASE = 64;

// JSON has no NaN, no infinity and no -0.
const operand = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger())
  .map((number) => (number === 0 ? 0 : number));
const operation = fc.constantFrom('add', 'subtract', 'multiply', 'divide');

describe('a stub, a client without one and the shell', () => {
  let math: Loopback<typeof MathService>;
  let dynamic: DynamicClient;
  before(async () => {
    math = await serveOnLoopback(MathService, mathHandlers());
    dynamic = await dynamicClient(math.channel, 'Math');
  });
  after(() => math.close());

  /** The value, or the status. */
  async function outcome(call: Promise<{ value?: unknown }>): Promise<unknown> {
    try {
      return (await call).value;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { status: error.code };
    }
  }

  async function shell(name: string, request: object): Promise<unknown> {
    const method = `Math.${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const { code, out } = await fio(['call', math.address, method, JSON.stringify(request)]);
    if (code !== 0) return { status: code - STATUS_EXIT_BASE };
    return (JSON.parse(out) as { value: number }).value;
  }

  it('have the same answers', async () => {
    await fc.assert(
      fc.asyncProperty(operation, operand, operand, async (name, a, b) => {
        const generated = await outcome(math.service[name]({ a, b }));
        expect(await outcome(dynamic[name]!({ a, b }))).to.deep.equal(generated);
        // A sum may be -0, of which JSON makes 0.
        const inJson = generated === 0 ? 0 : generated;
        const found = await shell(name, { a, b });
        expect(found === 0 ? 0 : found).to.deep.equal(inJson);
      }),
      { numRuns: RUNS },
    );
  });
});
