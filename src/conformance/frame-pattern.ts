import type { Buffer } from 'node:buffer';
import { hex } from './hex';
import type { RawFrame } from './raw-frames';
import { comparePairs } from './compare';
import { describeRawFrame, optionsIn, textIn, TYPES } from './frame-queue';
import type { FramePattern, PairData } from './model';

/** By their bits, the lowest first. */
const FLAG_NAMES = ['LAST', 'MORE', 'MSG', 'COMPRESSED', 'REPLY', 'NOT_PROCESSED'];

const MSG = 0x04;
/** Options of docs/PROTOCOL.md §5.10. */
const ATTEMPT_TAG = 3;
const ERROR_ID_TAG = 7;

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
    ...typedErrorProblems(pattern.typedError, frame),
    ...attemptProblems(pattern.isAgain, frame),
  ];
}

function typedErrorProblems(
  expected: FramePattern['typedError'],
  { type, flags, payload }: RawFrame,
  options = optionsIn({ type, payload }),
): string[] {
  if (expected === undefined) return [];
  const id = options.find(({ tag }) => tag === ERROR_ID_TAG)?.value.readUInt16BE(0) ?? 'none';
  const hasDetail = id !== 'none' && (flags & MSG) !== 0;
  const detail = hasDetail ? payload.toString('hex', 2 + payload.readUInt16BE(0)) : '';
  const found = id === 'none' ? 'none' : `${id} with detail '${detail}'`;
  const wanted =
    expected === 'none'
      ? 'none'
      : `${expected.id} with detail '${hex(expected.detail).toString('hex')}'`;
  return found === wanted ? [] : [`typed error ${wanted} was expected, not ${found}`];
}

function attemptProblems(isAgain: boolean | undefined, frame: RawFrame): string[] {
  if (isAgain === undefined) return [];
  const attempt =
    optionsIn(frame)
      .find(({ tag }) => tag === ATTEMPT_TAG)
      ?.value.readUInt8(0) ?? 0;
  if (attempt > 0 === isAgain) return [];
  return [`attempt ${isAgain ? '1 or more' : '0'} was expected, not ${attempt}`];
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
