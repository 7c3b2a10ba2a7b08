import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { compile } from '../../src/idl/compile';
import { formatProblem } from '../../src/idl/problem';
import { FrameReader, type Shown } from './decode/frame-reader';
import { readCapture, type Packet } from './decode/captures';
import { readHexText } from './decode/hex-text';
import { ModelCodecs } from './decode/model-codecs';
import { readSegment } from './decode/packets';
import { textOf } from './decode/show';
import { TcpFlows } from './decode/tcp-flows';
import { describeSystemError, readSources } from './sources';
import { isSystemError } from './files';

const HELP = `
The input is a capture (pcap or pcapng), text in hex ("00 00 00 1e # a comment", or a dump with
offsets), or the bytes themselves; which of them is found out. Without --proto messages are
shown in hex. Violations are named as in docs/PROTOCOL.md.
Exit code 0: frames were found; 1: there were none.`;

interface DecodeOptions {
  readonly proto?: readonly string[];
  readonly json?: boolean;
}

export function addDecodeCommand(program: Command): void {
  program
    .command('decode')
    .description('show frames of a capture, or bytes in hex, in words')
    .argument('[file]', 'the input; - or none: standard input', '-')
    .option('--proto <paths...>', '.proto files or folders that name methods and messages')
    .option('--json', 'one JSON object on each line')
    .addHelpText('after', HELP)
    .action((file: string, options: DecodeOptions, command: Command) => {
      const codecs = readCodecs(options.proto ?? [], command);
      if (codecs === undefined) return;
      const lines: string[] = [];
      const print = (shown: Shown): void => {
        lines.push(options.json === true ? JSON.stringify(shown) : lineOf(shown));
      };
      decode(readInput(file, command), codecs, print);
      process.stdout.write(lines.map((line) => `${line}\n`).join(''));
      if (lines.length === 0) {
        process.stderr.write('fio: there is no frame of Fio in it\n');
        process.exitCode = 1;
      }
    });
}

function readCodecs(paths: readonly string[], command: Command): ModelCodecs | undefined {
  const result = compile(readSources(paths, command));
  if (result.ok) return new ModelCodecs(result.model);
  for (const problem of result.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  process.exitCode = 1;
  return undefined;
}

function readInput(file: string, command: Command): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return command.error(`error: cannot read ${file}: ${describeSystemError(error)}`);
  }
}

/** Shows every frame in the input, whatever kind of input it is. */
export function decode(input: Buffer, codecs: ModelCodecs, show: (shown: Shown) => void): void {
  const packets = readCapture(input);
  if (packets !== undefined) {
    decodePackets(packets, codecs, show);
    return;
  }
  const reader = new FrameReader(codecs, show);
  reader.push(readHexText(input) ?? input);
  reader.gap();
}

/** The directions of a capture in which a preface or a good frame has come. */
function decodePackets(
  packets: readonly Packet[],
  codecs: ModelCodecs,
  show: (shown: Shown) => void,
): void {
  const readers = new Map<string, FrameReader>();
  const strangers = new Set<string>();
  const flows = new TcpFlows((from, to, bytes, isGap) => {
    const way = `${from} > ${to}`;
    if (strangers.has(way)) return;
    let reader = readers.get(way);
    if (reader === undefined) {
      reader = new FrameReader(codecs, (shown) => {
        const isFrame = shown.type !== 'NO-FRAME' && shown.type !== 'CUT';
        if (isFrame) known.add(way);
        // Another protocol's bytes are not shown, and no more of them are looked at.
        if (known.has(way)) show({ way, ...shown });
        else strangers.add(way);
      });
      readers.set(way, reader);
    }
    if (isGap) reader.gap();
    reader.push(bytes);
  });
  const known = new Set<string>();
  for (const { linkType, bytes } of packets) {
    const segment = readSegment(linkType, bytes);
    if (segment !== undefined) flows.add(segment);
  }
  flows.end();
  for (const reader of readers.values()) reader.gap();
}

function lineOf({ way, ...shown }: Shown): string {
  return typeof way === 'string' ? `${way}  ${textOf(shown)}` : textOf(shown);
}
