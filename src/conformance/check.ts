import { once } from 'node:events';
import { connect } from 'node:net';
import { parseAddress } from '../rpc/index';
import { hex } from './hex';
import { RawPeer, RawServer } from './raw-peer';
import { clientOpening, serverOpening } from './raw-frames';
import type { CaseRecord } from './case-record';
import { compareSteps } from './compare';
import { SeenKeys } from './keys';
import type { CallCase, Case, Outcome, RawClientCase, RawServerCase } from './model';
import { perform, type Task } from './perform';
import { ScriptRun } from './script';

/** Longest time for a case that does not say another. */
const CASE_MS_MAX = 20_000;

/** A client under test; `ok` when it has compared the outcomes itself. */
export type TestedClient = (task: Task) => Promise<Outcome[][] | 'ok'>;

/**
 * What is wrong with a server at `address`, by one case; nothing when the case has passed.
 * @param record told what has happened
 */
export async function checkServer(
  one: CallCase | RawClientCase,
  address: string,
  record?: CaseRecord,
): Promise<string | undefined> {
  return within(one.timeMsMax ?? CASE_MS_MAX, async () => {
    if (!('script' in one)) return checkCalls(one, address, perform, record);
    const { host, port } = parseAddress(address);
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const peer = new RawPeer(socket, record?.watch('client'));
    try {
      await once(socket, 'connect');
      const run = new ScriptRun(peer, 'client', record);
      peer.send(one.opening === undefined ? clientOpening() : hex(one.opening));
      await run.run(one.script);
      return undefined;
    } finally {
      peer.destroy();
    }
  });
}

/**
 * What is wrong with a client; `address` is that of a server that is right.
 * @param record told what has happened
 */
export async function checkClient(
  one: CallCase | RawServerCase,
  address: string,
  client: TestedClient,
  record?: CaseRecord,
): Promise<string | undefined> {
  return within(one.timeMsMax ?? CASE_MS_MAX, () =>
    'connections' in one
      ? checkWithScripts(one, client, record)
      : checkCalls(one, address, client, record),
  );
}

async function checkCalls(
  one: Pick<CallCase, 'name' | 'client' | 'steps'>,
  address: string,
  client: TestedClient,
  record: CaseRecord | undefined,
): Promise<string | undefined> {
  // What is expected is nothing that a client under test should know.
  const steps = one.steps.map((step) => ({ ...step, expect: undefined }));
  const setup = one.client === undefined ? {} : { client: one.client };
  const outcomes = await client({ name: one.name, address, ...setup, steps });
  if (outcomes === 'ok') return undefined;
  return compareSteps(one.steps, outcomes, record)[0];
}

/** The client's calls to a server that does what the scripts say, one for each connection. */
async function checkWithScripts(
  one: RawServerCase,
  client: TestedClient,
  record: CaseRecord | undefined,
): Promise<string | undefined> {
  const scripts: Promise<string | undefined>[] = [];
  let lastAtMs = -Infinity;
  const keys = new SeenKeys();
  const server = await RawServer.listen(
    (peer) => {
      const nowMs = performance.now();
      scripts.push(serveByScript(one, scripts.length, peer, record, nowMs - lastAtMs, keys));
      lastAtMs = nowMs;
    },
    record && (() => record.watch('server')),
  );
  try {
    const problem = await checkCalls(one, `127.0.0.1:${server.port}`, client, record);
    const problems = await Promise.all(scripts);
    const missing = one.connections.length - scripts.length;
    if (missing > 0) problems.push(`${missing} connections less than expected were made`);
    // What went wrong on the wire explains the outcome, not the other way round.
    return problems.find((found) => found !== undefined) ?? problem;
  } finally {
    await server.close();
  }
}

async function serveByScript(
  { connections, opening }: RawServerCase,
  index: number,
  peer: RawPeer,
  record: CaseRecord | undefined,
  msSinceLast: number,
  keys: SeenKeys,
): Promise<string | undefined> {
  const name = `connection ${index + 1}`;
  const script = connections[index];
  if (script === undefined) {
    peer.destroy();
    return `${name} was not expected`;
  }
  const run = new ScriptRun(peer, 'server', record, msSinceLast, keys);
  peer.send(opening === undefined ? serverOpening() : hex(opening));
  try {
    await run.run(script);
  } catch (error) {
    // The client must not wait for what will not come.
    peer.destroy();
    return `${name}: ${messageOf(error)}`;
  }
  if (peer.socket.readableEnded) peer.end();
  else peer.socket.once('end', () => peer.end());
  return undefined;
}

/** Both sides of a case that apply to it. */
export function sidesOf(one: Case): ('server' | 'client')[] {
  if ('notApplicable' in one) return [];
  if ('script' in one) return ['server'];
  return 'connections' in one ? ['client'] : ['server', 'client'];
}

async function within(
  timeMs: number,
  check: () => Promise<string | undefined>,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it was not over after ${timeMs / 1_000} s`), timeMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return messageOf(error);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
