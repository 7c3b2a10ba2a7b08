import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../fuzz/random-bytes';
import type { Hosts } from '../../../programs/support/hosts';
import type { ClientProcess } from './client-process';
import type { Findings } from './findings';
import type { RunningServer, Scene } from './scene';

/** How long nothing happens before an event. */
const CALM_MS_MAX = 300;
/** Longer than everybody needs to find that a server has vanished. */
const SILENT_MS = 9_000;
/** How long a binder is away. */
const AWAY_MS = 500;

/** Everything that an event needs. */
export interface Play {
  readonly scene: Scene;
  readonly clients: ClientProcess;
  readonly random: Random;
  readonly hosts: Hosts | undefined;
  readonly findings: Findings;
}

/** What can happen to servers and binders. Afterwards there are as many as before. */
export type Event = keyof typeof EVENTS;

export const EVENTS = {
  'a server leaves': async (play: Play) => {
    await leave(play);
    await startServers(play, 1);
  },
  'two servers start': async (play: Play) => {
    await startServers(play, 2);
    await leave(play);
    await leave(play);
  },
  'a server is killed': async (play: Play) => {
    await phase(play, 'a server is killed (SIGKILL)', MAY_LOSE, async (victim) => {
      await play.scene.endServer(victim, 'SIGKILL');
    });
    await startServers(play, 1);
  },
  'a binder is killed': (play: Play) => restartBinder(play, 'SIGKILL'),
  'a binder ends': (play: Play) => restartBinder(play, 'SIGTERM'),
  'a server stands still': async (play: Play) => {
    const victim = await phase(play, 'a server stands still (SIGSTOP)', MAY_LOSE, async (one) => {
      one.program.child.kill('SIGSTOP');
      await sleep(SILENT_MS);
    });
    await phase(play, 'it goes on (SIGCONT)', { back: victim }, () => {
      victim.program.child.kill('SIGCONT');
    });
  },
  'a server is cut off': async (play: Play) => {
    const victim = await phase(play, 'a server is cut off', MAY_LOSE, async ({ host }) => {
      if (host !== undefined) play.hosts?.unplug(host);
      await sleep(SILENT_MS);
    });
    await phase(play, 'it is plugged in again', { back: victim }, () => {
      if (victim.host !== undefined) play.hosts?.plugIn(victim.host);
    });
  },
} as const;

/** All clients have had answers from all servers. */
export async function clientsStart(play: Play): Promise<void> {
  const { clients, scene, findings } = play;
  const names = scene.servers.map(({ name }) => name);
  await clients.allHaveSeen(names);
  const come = Object.fromEntries(names.map((name) => [name, 0]));
  findings.add('clients start', await clients.begin(), { mayLose: false, gone: undefined, come });
}

interface PhaseOptions {
  /** The calls in progress on the server to which it happens may fail. */
  readonly mayLose?: boolean;
  /** It takes until all clients have had an answer from this server, which was away. */
  readonly back?: RunningServer;
}

const MAY_LOSE: PhaseOptions = { mayLose: true };

/**
 * Something happens to a server, or to none. The phase ends when every call has that was made before.
 * @returns the server
 */
async function phase(
  play: Play,
  title: string,
  { mayLose = false, back }: PhaseOptions,
  happen: (victim: RunningServer) => void | Promise<void>,
): Promise<RunningServer> {
  const { scene, clients, random, findings } = play;
  await calm(play);
  const victim = back ?? random.pick(scene.servers);
  await happen(victim);
  if (back !== undefined) await clients.allHaveSeen([back.name]);
  await clients.allHaveBegun();
  const isGone = mayLose || !scene.servers.includes(victim);
  findings.add(title, await clients.begin(), {
    mayLose,
    gone: isGone ? victim.name : undefined,
    come: back === undefined ? {} : { [back.name]: 0 },
  });
  return victim;
}

async function leave(play: Play): Promise<void> {
  const { findings, scene } = play;
  await phase(play, 'a server leaves (SIGTERM)', {}, async (victim) => {
    const code = await scene.endServer(victim, 'SIGTERM');
    if (code !== '0') findings.fail(`a server that left ended with ${code}`);
  });
}

/** So many servers more; nobody may lose a call by it. */
async function startServers(play: Play, count: number): Promise<void> {
  const { clients, findings, scene } = play;
  await calm(play);
  const beganMs = performance.now();
  const come: Record<string, number> = {};
  const starting = Array.from({ length: count }, async () => {
    come[await scene.startServer()] = performance.now() - beganMs;
  });
  await Promise.all(starting);
  await clients.allHaveSeen(Object.keys(come));
  const title = count === 1 ? 'a server starts' : 'two servers start';
  findings.add(title, await clients.begin(), { mayLose: false, gone: undefined, come });
}

/** One binder ends and another starts at its place; what clients hear of it afterwards is true. */
async function restartBinder(play: Play, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const { scene } = play;
  await phase(play, `a binder ends (${signal}), and starts again`, {}, async () => {
    await scene.endBinder(0, signal);
    await sleep(AWAY_MS);
    await scene.startBinder(0);
  });
  await startServers(play, 1);
  await leave(play);
}

/** A while in which nothing happens, and nothing may fail. */
async function calm({ clients, random, findings }: Play): Promise<void> {
  await sleep(random.next() * CALM_MS_MAX);
  findings.add('nothing', await clients.begin(), { mayLose: false, gone: undefined, come: {} });
}
