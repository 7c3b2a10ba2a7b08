import { compile } from '../../../src/idl/compile';
import { formatProblem } from '../../../src/idl/problem';
import type { WireBytes } from '../../../src/conformance/case-record';
import { FrameReader, type Shown } from '../decode/frame-reader';
import { ModelCodecs } from '../decode/model-codecs';
import { textOf } from '../decode/show';

/** Bytes of a frame that are shown: the header, and what of a payload a person would read. */
const SHOWN_BYTES_MAX = 80;
const TEXT_LENGTH_MAX = 240;
/** The newest frames; what was wrong is among them. */
const FRAMES_MAX = 16;
/** Where a header is cut for reading: length, stream, type, flags, code, service and method. */
const FIELDS = [4, 4, 1, 1, 2, 2, 2];

/**
 * What was on the wire as lines of text: for each frame its bytes in hex, and below it what they
 * mean. With bytes that are no frame as well.
 * @param proto text of the .proto that names methods and fields
 */
export function wireLines(wire: readonly WireBytes[], proto: string): string[] {
  const codecs = codecsOf(proto);
  const frames: string[][] = [];
  const readers = new Map<string, FrameReader>();
  const several = wire.some(({ connection }) => connection > 1);
  for (const { connection, from, bytes } of wire) {
    const who = several ? `${from} (connection ${connection})` : from;
    let reader = readers.get(who);
    if (reader === undefined) {
      reader = new FrameReader(codecs, (shown, raw) => frames.push(frameLines(who, shown, raw)));
      readers.set(who, reader);
    }
    reader.push(bytes);
  }
  for (const reader of readers.values()) reader.gap();
  if (frames.length === 0) return ['(nothing was sent)'];
  const left = frames.length - FRAMES_MAX;
  return [...(left > 0 ? [`(${left} frames before)`] : []), ...frames.slice(-FRAMES_MAX).flat()];
}

function codecsOf(proto: string): ModelCodecs {
  const name = 'conformance.proto';
  const result = compile([{ path: name, name, text: proto }]);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return new ModelCodecs(result.model);
}

function frameLines(who: string, shown: Shown, bytes: Buffer): string[] {
  const words = textOf(shown);
  const text = words.length <= TEXT_LENGTH_MAX ? words : `${words.slice(0, TEXT_LENGTH_MAX)}…`;
  return [`${who}: ${hexOf(bytes, shown.type === 'PREFACE')}`, `    ${text}`];
}

function hexOf(bytes: Buffer, isPreface: boolean): string {
  const cut = bytes.subarray(0, SHOWN_BYTES_MAX);
  const words: string[] = [];
  let at = 0;
  for (const size of isPreface ? [] : FIELDS) {
    words.push(cut.toString('hex', at, at + size));
    at += size;
  }
  words.push(cut.toString('hex', at).replace(/(..)(?=.)/g, '$1 '));
  const rest = bytes.length - cut.length;
  const text = words.filter(Boolean).join(' ');
  return rest === 0 ? text : `${text} … ${rest} bytes more`;
}
