import { expect } from 'chai';
import { memoryInUse } from '../support/memory-use';
import { FuzzedServer } from './fuzzed-server';
import { clientInput } from './hostile-client';
import { ByteProgram, Random } from './random-bytes';

/** Repeat a failure by FUZZ_SEED=… */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);
const INPUTS = 5_000;
const WARM_UP = 500;
const PROGRAM_BYTES = 150;
/** What all inputs together may leave behind in objects: compiled code, some hundred bytes each. */
const HEAP_GROWTH_BYTES_MAX = 8_000_000;
/** And in buffers: the pool of 64 slabs of up to 256 KiB that all connections share. */
const BUFFER_GROWTH_BYTES_MAX = 18_000_000;

describe(`a server that is sent anything (FUZZ_SEED=${SEED})`, function () {
  this.timeout(60_000);
  const random = new Random(SEED);
  const fuzzed = new FuzzedServer();
  let heapGrowthBytes: number;
  let bufferGrowthBytes: number;
  let answers = 0;

  async function play(count: number): Promise<void> {
    // Every fourth is a random program: a string of bytes that says what the client does.
    const choices = count % 4 === 0 ? new ByteProgram(random.bytes(PROGRAM_BYTES)) : random;
    await fuzzed.play(clientInput(choices, 30, 30), choices);
  }

  before(async () => {
    for (let count = 0; count < WARM_UP; count++) await play(count);
    const before = await memoryInUse();
    for (let count = 0; count < INPUTS; count++) {
      await play(count);
      if (count % 100 === 99 && (await fuzzed.serves())) answers++;
    }
    await fuzzed.environment.advance(200_000);
    const after = await memoryInUse();
    heapGrowthBytes = after.heapBytes - before.heapBytes;
    bufferGrowthBytes = after.bufferBytes - before.bufferBytes;
  });

  it('says nothing but the names of broken rules', () => {
    expect(fuzzed.unexpected).to.deep.equal([]);
  });

  it('leaves no handler running when its client has gone', () => {
    expect(fuzzed.running).to.equal(0);
  });

  it('keeps no objects', () => {
    expect(heapGrowthBytes).to.be.below(HEAP_GROWTH_BYTES_MAX);
  });

  it('keeps no buffers', () => {
    expect(bufferGrowthBytes).to.be.below(BUFFER_GROWTH_BYTES_MAX);
  });

  it('answers good calls on new connections all the time', () => {
    expect(answers).to.equal(INPUTS / 100);
  });

  it('holds no connection: it closes at once', async () => {
    expect(await fuzzed.closes()).to.equal(true);
  });
});
