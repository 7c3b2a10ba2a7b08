import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../../fuzz/random-bytes';
import { Hosts } from '../../programs/support/hosts';
import { freePort } from '../../programs/support/ports';
import { Stage } from '../../programs/support/program';
import { Etcd } from '../../services/binder/support/etcd';
import type { Progress, Report } from '../support/campaign';
import { ClientProcess } from '../support/binders/client-process';
import { clientsStart, EVENTS, type Event } from '../support/binders/events';
import { Findings } from '../support/binders/findings';
import { Scene } from '../support/binders/scene';

const SERVERS = 3;

export interface BindersOptions {
  /** In each round each event happens once, in an order that chance gives. */
  readonly rounds: number;
  readonly clients: number;
  readonly random: Random;
  readonly events: readonly Event[];
}

/** How clients find servers. */
interface Setting {
  readonly hosts?: Hosts;
  /** How many binders there are; default: none. */
  readonly binders?: number;
  /** What they share. */
  readonly store?: string;
  /** Of every server; default: any. */
  readonly port?: number;
  /** What clients are told, by turns, once the servers are there. */
  readonly targets: (scene: Scene) => readonly string[];
  /** Words in front of the command that makes the clients. */
  readonly under?: (scene: Scene) => readonly string[];
}

/**
 * Three servers behind a binder that keeps what it knows in memory.
 * @param hasHosts whether everybody is on a host of their own: network namespaces
 */
export async function oneBinder(
  options: BindersOptions,
  progress: Progress,
  hasHosts = false,
): Promise<Report> {
  const targets = ({ binders }: Scene) => [`binder:${binders}/Failover`];
  const setting = { binders: 1, targets };
  if (!hasHosts) return run(options, progress, setting);
  const hosts = new Hosts();
  try {
    return await run(options, progress, { ...setting, hosts });
  } finally {
    hosts.remove();
  }
}

/** Three servers behind two binders that share an etcd; every other client asks etcd itself. */
export async function bindersOnEtcd(options: BindersOptions, progress: Progress): Promise<Report> {
  const etcd = await Etcd.start();
  const targets = ({ binders }: Scene) => [
    `binder:${binders}/Failover`,
    `etcd:127.0.0.1:${etcd.port}/Failover`,
  ];
  try {
    return await run(options, progress, { binders: 2, store: etcd.url, targets });
  } finally {
    await etcd.remove();
  }
}

/** Three servers on hosts of one name, without a binder; every other client has their addresses. */
export async function namesAndAddresses(
  options: BindersOptions,
  progress: Progress,
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'fio-binders-'));
  const hosts = new Hosts();
  const port = await freePort();
  const file = join(folder, 'hosts');
  const addressesOf = ({ servers }: Scene) => servers.map(({ host }) => host?.ipv4 ?? '');
  const setting: Setting = {
    hosts,
    port,
    targets: (scene) => [
      `dns:servers.test:${port}`,
      addressesOf(scene)
        .map((address) => `${address}:${port}`)
        .join(),
    ],
    // A file of hosts that only this process sees.
    under: (scene) => {
      const lines = addressesOf(scene).map((address) => `${address} servers.test\n`);
      writeFileSync(file, lines.join(''));
      const bind = 'mount --bind "$0" /etc/hosts && exec "$@"';
      return ['unshare', '--mount', 'sh', '-c', bind, file];
    },
  };
  try {
    return await run(options, progress, setting);
  } finally {
    hosts.remove();
    rmSync(folder, { recursive: true });
  }
}

async function run(
  { rounds, clients: count, random, events }: BindersOptions,
  progress: Progress,
  { hosts, binders = 0, store, port, targets, under }: Setting,
): Promise<Report> {
  const stage = new Stage();
  const scene = new Scene(stage, { hosts, store, port });
  const findings = new Findings();
  let clients: ClientProcess | undefined;
  try {
    for (let binder = 0; binder < binders; binder++) await scene.addBinder();
    await Promise.all(Array.from({ length: SERVERS }, () => scene.startServer()));
    const words = [...(hosts?.add().under ?? []), ...(under?.(scene) ?? [])];
    clients = new ClientProcess(targets(scene), count, words);
    const play = { scene, clients, random, hosts, findings };
    await clientsStart(play);
    let done = 0;
    for (let round = 0; round < rounds; round++) {
      for (const event of shuffled(events, random)) {
        await EVENTS[event](play);
        progress.at(++done);
      }
    }
    await clients.end();
    return findings.report(`${rounds} rounds, ${count} clients`);
  } finally {
    clients?.kill();
    await stage.clear();
  }
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}
