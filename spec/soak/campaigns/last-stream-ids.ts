import { client, connect, type Channel } from '../../../src/rpc/index';
import { STREAM_ID_MAX } from '../../../src/wire/limits';
import { VictimProcess } from '../../hostile/support/victim-process';
import { countOf, Flow } from '../../support/flow-service';
import { note } from '../../support/probe-service';
import type { Progress, Report } from '../support/campaign';

const AT_A_TIME = 64;
const CALLS_PER_ROUND = 400;
/** So many numbers are left when a round begins: fewer than its calls. */
const NUMBERS_LEFT = 100;

export interface LastStreamIdsOptions {
  readonly rounds: number;
}

/** A client near the last stream number goes on on a new connection, without a failed call. */
export async function lastStreamIds(
  { rounds }: LastStreamIdsOptions,
  progress: Progress,
): Promise<Report> {
  const server = await VictimProcess.server();
  const channel = connect(`127.0.0.1:${server.port}`);
  const flow = client(Flow, channel);
  const failures: string[] = [];
  let calls = 0;
  const one = async (at: number): Promise<void> => {
    try {
      if (at % 4 === 0) await countOf(flow.count(note('5')));
      else await flow.ask(note('a'));
      calls++;
    } catch (error) {
      failures.push(String(error));
    }
  };
  let connections = 0;
  await one(1);
  for (let round = 1; round <= rounds; round++) {
    const before = useUpNumbers(channel);
    let begun = 0;
    const worker = async (): Promise<void> => {
      while (begun < CALLS_PER_ROUND) await one(begun++);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    if (connectionOf(channel) !== before) connections++;
    progress.at(round);
  }
  if (connections < rounds) failures.push(`${connections} new connections in ${rounds} rounds`);
  await channel.close();
  await server.stop();
  return {
    line: `${rounds} times, ${calls} calls answered, ${connections} new connections`,
    failures,
  };
}

interface Inside {
  readonly servers: {
    readonly subchannels: { readonly connection: { readonly streams: { lastId: number } } }[];
  };
}

function connectionOf(channel: Channel): unknown {
  return (channel as unknown as Inside).servers.subchannels[0]?.connection;
}

/** As if two thousand million calls had been made; gaps are allowed. */
function useUpNumbers(channel: Channel): unknown {
  const connection = (channel as unknown as Inside).servers.subchannels[0]?.connection;
  if (connection === undefined) throw new Error('there is no connection');
  connection.streams.lastId = STREAM_ID_MAX - 2 * NUMBERS_LEFT;
  return connection;
}
