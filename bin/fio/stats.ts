import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { Builtin, client, type StatisticsReply } from '../../src/rpc/index';
import { addRemote, withRemote, type RemoteOptions } from './remote/remote';
import { figuresOf, type MethodFigures } from './stats/statistics';
import { parseDuration } from './tool/duration';
import { isColoured, print, write, type Io } from './tool/io';
import { paintFor } from './tool/paint';
import { printable } from './tool/printable';
import { table } from './tool/table';

const HELP = `
"took" is how long handlers took, measured on one call in sixteen; a figure is the upper end of a
range that doubles. With --watch rates and times are of the time since the line before. With several
addresses each question goes to the next server: ask one alone.

Examples:
  $ fio stats localhost:5555
  $ fio stats localhost:5555 --watch --every 5s
  $ fio stats localhost:5555 --json | jq '.methods[] | select(.errors > 0)'`;

const CLEAR = '\u001B[H\u001B[2J';
const US_PER_MS = 1_000;
const US_PER_S = 1_000_000;

interface StatsOptions extends RemoteOptions {
  readonly watch?: boolean;
  readonly every: number;
  readonly json?: boolean;
}

export function addStatsCommand(program: Command, io: Io): void {
  addRemote(program.command('stats').description('show what a server has done, method by method'))
    .option('-w, --watch', 'again and again, until Ctrl-C')
    .option('--every <time>', 'how often', parseDuration, 1_000)
    .option('--json', 'one JSON object on each line')
    .addHelpText('after', HELP)
    .action((server: string, options: StatsOptions) =>
      withRemote(server, options, io, async ({ channel, callOptions }) => {
        const builtin = client(Builtin, channel);
        let before: StatisticsReply | undefined;
        do {
          if (before !== undefined) await sleep(options.every, undefined, { signal: io.signal });
          const reply = await builtin.statistics({}, callOptions);
          await show(reply, before, options, io);
          before = reply;
        } while (options.watch === true);
      }),
    );
}

async function show(
  reply: StatisticsReply,
  before: StatisticsReply | undefined,
  options: StatsOptions,
  io: Io,
): Promise<void> {
  const figures = figuresOf(reply, before);
  if (options.json === true) {
    const { uptimeMs, connections, connectionsTotal } = reply;
    const json = { uptimeMs, connections, connectionsTotal, methods: figures };
    await print(io, printable(JSON.stringify(json)));
    return;
  }
  const isDrawnOver = options.watch === true && isColoured(io.stdout, { ...io.env, NO_COLOR: '' });
  await write(io, `${isDrawnOver ? CLEAR : ''}${tableText(reply, figures, io)}\n`);
}

function tableText(reply: StatisticsReply, figures: readonly MethodFigures[], io: Io): string {
  const paint = paintFor(io.stdout, io.env);
  const hasRates = figures.some(({ callsPerSecond }) => callsPerSecond !== undefined);
  const [head = '', ...rows] = table([
    [
      'method',
      'calls',
      ...(hasRates ? ['a second'] : []),
      'errors',
      'open',
      'half took <',
      '99 % took <',
    ],
    ...figures.map((one) => [
      printable(one.method),
      String(one.calls),
      ...(hasRates ? [(one.callsPerSecond ?? 0).toFixed(0)] : []),
      String(one.errors),
      String(one.open),
      duration(one.p50Us),
      duration(one.p99Us),
    ]),
  ]);
  const { uptimeMs, connections, connectionsTotal } = reply;
  const first =
    `up ${uptime(uptimeMs)}, ${connections} connection${connections === 1 ? '' : 's'} now, ` +
    `${connectionsTotal} in all`;
  return [first, '', paint('bold', head), ...rows].join('\n');
}

function duration(us: number): string {
  if (us === 0) return '-';
  if (us < US_PER_MS) return `${us} µs`;
  if (us < US_PER_S) return `${(us / US_PER_MS).toFixed(us < 10 * US_PER_MS ? 1 : 0)} ms`;
  return `${(us / US_PER_S).toFixed(1)} s`;
}

function uptime(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
