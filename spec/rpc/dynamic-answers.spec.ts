import { expect } from 'chai';
import fc from 'fast-check';
import { client, dynamicClient, RpcError, type DynamicClient } from '../../src/rpc/index';
import { dictionaryHandlers } from '../../src/services/dictionary/dictionary-handlers';
import { TextDictionary } from '../../src/services/dictionary/dictionary';
import { Dictionary } from '../../src/services/gen/dictionary';
import { Math as MathService } from '../../src/services/gen/math';
import { mathHandlers } from '../../src/services/math/math-handlers';
import { MemoryFlow } from '../support/memory-flow';

const RUNS = 60;
const CALLS_MAX = 30;

interface Call {
  readonly service: 'Math' | 'Dictionary';
  readonly method: string;
  readonly request: Record<string, unknown>;
}

const operand = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, -0));
// One that does not fit into its type is among them, and one whose half of a pair is lost.
const key = fc.oneof({ weight: 9, arbitrary: fc.nat(5) }, fc.constantFrom(-1, 2 ** 53, 0.5));
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\ud800'));

function call(
  service: Call['service'],
  methods: readonly string[],
  request: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<Call> {
  return fc.record({ service: fc.constant(service), method: fc.constantFrom(...methods), request });
}

const calls = fc.array(
  fc.oneof(
    call('Math', ['add', 'subtract', 'multiply', 'divide'], fc.record({ a: operand, b: operand })),
    call('Dictionary', ['add'], fc.record({ text })),
    call('Dictionary', ['get', 'remove'], fc.record({ key })),
    call('Dictionary', ['list'], fc.constant({})),
  ),
  { maxLength: CALLS_MAX },
);

type Clients = Readonly<Record<Call['service'], DynamicClient>>;

/** What each of the calls gives, one after the other, at a server of their own. */
async function answers(
  made: readonly Call[],
  clientsOf: (memory: MemoryFlow) => Clients | Promise<Clients>,
): Promise<unknown[]> {
  const memory = new MemoryFlow();
  memory.server.add(MathService, mathHandlers());
  memory.server.add(Dictionary, dictionaryHandlers(new TextDictionary()));
  try {
    const clients = await clientsOf(memory);
    const outcomes: unknown[] = [];
    for (const one of made) outcomes.push(await outcomeOf(clients, one));
    return outcomes;
  } finally {
    await memory.stop();
  }
}

async function outcomeOf(clients: Clients, { service, method, request }: Call): Promise<unknown> {
  try {
    const outcome = clients[service][method]!(request);
    if (method !== 'list') return await outcome;
    const entries: unknown[] = [];
    for await (const entry of outcome) entries.push(entry);
    return entries;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    // What cannot be sent is told in each client's own words.
    return [error.code, error.mayHaveActed, error.isLocal ? '' : error.text];
  }
}

describe('a generated client and a dynamic one', () => {
  it('have the same answers, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (made) => {
        const generated = await answers(made, ({ channel }) => ({
          Math: client(MathService, channel) as unknown as DynamicClient,
          Dictionary: client(Dictionary, channel) as unknown as DynamicClient,
        }));
        const dynamic = await answers(made, async ({ channel }) => ({
          Math: await dynamicClient(channel, 'Math'),
          Dictionary: await dynamicClient(channel, 'Dictionary'),
        }));
        expect(dynamic).to.deep.equal(generated);
      }),
      { numRuns: RUNS },
    );
  });
});
