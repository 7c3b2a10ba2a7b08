import { expect } from 'chai';
import { MemoryFlow } from '../support/memory-flow';
import { blob } from '../support/flow-service';
import { failureOf } from '../support/outcome';
import { note, type Note } from '../support/probe-service';

describe('a message that cannot be sent, in a stream that has begun', () => {
  let memory: MemoryFlow;
  beforeEach(() => (memory = new MemoryFlow()));
  afterEach(() => memory.stop());

  const CASES: [string, Note][] = [
    ['is no message of the type', { ...note(''), numbers: [-1] }],
    ['is longer than the server takes', blob(4_194_305)],
  ];
  for (const [what, request] of CASES) {
    it(`says that the server may have acted: it ${what}`, async () => {
      const call = memory.flow.collect();
      await call.send(note('a'));
      const { mayHaveActed } = await failureOf(call.send(request));
      call.cancel();
      expect(mayHaveActed).to.equal(true);
    });
  }
});
