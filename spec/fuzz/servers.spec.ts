import { expect } from 'chai';
import { memoryInUse } from '../support/memory-use';
import { FuzzedClient } from './fuzzed-client';
import { serverInput } from './hostile-server';
import { ByteProgram, Random } from './random-bytes';

/** Repeat a failure by FUZZ_SEED=… */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);
const INPUTS = 2_500;
const WARM_UP = 300;
const PROGRAM_BYTES = 80;
/** As in clients.spec.ts. */
const HEAP_GROWTH_BYTES_MAX = 8_000_000;
const BUFFER_GROWTH_BYTES_MAX = 18_000_000;

describe(`a client that is sent anything (FUZZ_SEED=${SEED})`, function () {
  this.timeout(60_000);
  const random = new Random(SEED);
  const fuzzed = new FuzzedClient();
  let heapGrowthBytes: number;
  let bufferGrowthBytes: number;

  async function play(count: number): Promise<void> {
    const choices = count % 4 === 0 ? new ByteProgram(random.bytes(PROGRAM_BYTES)) : random;
    await fuzzed.play(serverInput(choices, 12, 15), choices);
  }

  before(async () => {
    for (let count = 0; count < WARM_UP; count++) await play(count);
    const before = await memoryInUse();
    for (let count = 0; count < INPUTS; count++) await play(count);
    const after = await memoryInUse();
    heapGrowthBytes = after.heapBytes - before.heapBytes;
    bufferGrowthBytes = after.bufferBytes - before.bufferBytes;
  });

  it('settles every call', () => {
    expect(fuzzed.settled).to.equal(fuzzed.calls);
  });

  it('fails calls by RpcErrors only', () => {
    expect(fuzzed.foreign).to.deep.equal([]);
  });

  it('has its channel answered by the next server', () => {
    expect(fuzzed.broken).to.equal(0);
  });

  it('keeps no objects', () => {
    expect(heapGrowthBytes).to.be.below(HEAP_GROWTH_BYTES_MAX);
  });

  it('keeps no buffers', () => {
    expect(bufferGrowthBytes).to.be.below(BUFFER_GROWTH_BYTES_MAX);
  });

  it('leaves no connection at the good server: it closes at once', async () => {
    expect(await fuzzed.closes()).to.equal(true);
  });
});
