import type { Buffer } from 'node:buffer';
import { hex } from './hex';
import type { RawFrame } from './raw-frames';
import { comparePairs } from './compare';
import { describeRawFrame, optionsIn, textIn, TYPES } from './frame-queue';
import type { FramePattern, PairData } from './model';

/** By their bits, the lowest first. */
const FLAG_NAMES = ['LAST', 'MORE', 'MSG', 'COMPRESSED', 'REPLY', 'NOT_PROCESSED'];

/** What of a frame is not as it has to be, in words. */
export function frameProblems(pattern: FramePattern, frame: RawFrame): string[] {
  const found = describeRawFrame(frame);
  if (frame.type !== TYPES[pattern.type]) return [`${pattern.type} was expected, not ${found}`];
  return [...headerProblems(pattern, frame), ...payloadProblems(pattern, frame)].map(
    (problem) => `${found}: ${problem}`,
  );
}

function headerProblems(pattern: FramePattern, frame: RawFrame): string[] {
  const problems: string[] = [];
  if (pattern.flags !== undefined && pattern.flags !== flagNames(frame.flags)) {
    problems.push(`flags '${pattern.flags}' were expected, not '${flagNames(frame.flags)}'`);
  }
  if (pattern.code !== undefined && ![pattern.code].flat().includes(frame.code)) {
    problems.push(`code ${[pattern.code].flat().join(' or ')} was expected, not ${frame.code}`);
  }
  return problems;
}

function payloadProblems(pattern: FramePattern, frame: RawFrame): string[] {
  const { payload } = frame;
  const { rule } = pattern;
  const problems: string[] = [];
  const text = textIn(frame);
  if (rule !== undefined && !text.startsWith(`${rule}:`)) {
    problems.push(`a text that begins with ${rule}: was expected, not '${text}'`);
  }
  if (pattern.payload !== undefined && !payload.equals(hex(pattern.payload))) {
    problems.push(`payload ${pattern.payload} was expected, not ${payload.toString('hex', 0, 64)}`);
  }
  if (pattern.payloadBytes !== undefined && payload.length !== pattern.payloadBytes) {
    problems.push(`${pattern.payloadBytes} bytes were expected, not ${payload.length}`);
  }
  return [
    ...problems,
    ...rangeProblems('time limit', pattern.timeoutMs, payload, 0),
    ...rangeProblems('last stream', pattern.lastStream, payload, 0),
    ...comparePairs('metadata', pattern.metadata, metadataIn(frame)),
  ];
}

function rangeProblems(
  what: string,
  range: readonly [number, number] | undefined,
  payload: Buffer,
  at: number,
): string[] {
  if (range === undefined) return [];
  const found = payload.readUInt32BE(at);
  if (found >= range[0] && found <= range[1]) return [];
  return [`${what} from ${range[0]} to ${range[1]} was expected, not ${found}`];
}

function flagNames(flags: number): string {
  return FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0).join('|');
}

function metadataIn(frame: RawFrame): PairData[] {
  return optionsIn(frame)
    .filter(({ tag }) => tag === 1)
    .map(({ value }) => {
      const keyEnd = 1 + value.readUInt8(0);
      return [value.toString('latin1', 1, keyEnd), value.toString('hex', keyEnd)];
    });
}
