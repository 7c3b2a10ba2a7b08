import type { Profiler } from 'node:inspector';
import { expect } from 'chai';
import { selfTimes, topLines } from '../../bench/profile/self-time';

function node(id: number, functionName: string, url = '', lineNumber = -1) {
  const callFrame = { functionName, scriptId: '0', url, lineNumber, columnNumber: 0 };
  return { id, callFrame };
}

const PROFILE: Profiler.Profile = {
  nodes: [
    node(1, '(idle)'),
    node(2, 'decode', 'file:///home/me/fio/.make/bench/src/wire/codec.js', 9),
    // The same function under another caller
    node(3, 'decode', 'file:///home/me/fio/.make/bench/src/wire/codec.js', 9),
    node(4, '', 'node:net', 0),
  ],
  startTime: 0,
  endTime: 10_000,
  samples: [2, 1, 3, 4],
  timeDeltas: [1_000, 6_000, 2_000, 1_000],
};

describe('the self times of a profile', () => {
  it('are added up over all callers, without waiting, the longest first', () => {
    expect(selfTimes(PROFILE)).to.deep.equal([
      { name: 'decode  src/wire/codec.js:10', milliseconds: 3 },
      { name: '(anonymous)  node:net:1', milliseconds: 1 },
    ]);
  });

  it('are shown as parts of the time that was worked', () => {
    expect(topLines(selfTimes(PROFILE), 1)).to.deep.equal([
      '  75.0 %       3 ms  decode  src/wire/codec.js:10',
    ]);
  });
});
