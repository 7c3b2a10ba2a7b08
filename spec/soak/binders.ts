// Servers and binders that leave, are killed, stand still and are cut off while clients call:
// node -r ts-node/register spec/soak/binders.ts [rounds] [clients] [seed].
import { Random } from '../fuzz/random-bytes';
import { Hosts } from '../programs/support/hosts';
import { hasEtcd } from '../services/binder/support/etcd';
import {
  oneBinder,
  namesAndAddresses,
  bindersOnEtcd,
  type BindersOptions,
} from './campaigns/binders';
import { argument, campaign, type Progress, type Report } from './support/campaign';
import type { Event } from './support/binders/events';

const rounds = argument(1, 'the number of rounds', 5);
const clients = argument(2, 'the number of clients', 64);
const seed = argument(3, 'the seed', 1 + (Date.now() % 1_000_000_000));

/** What can happen without a binder, and is noticed soon. */
const SIMPLE: readonly Event[] = ['a server leaves', 'a server is killed'];
const EVENTS: readonly Event[] = [
  ...SIMPLE,
  'two servers start',
  'a binder is killed',
  'a binder ends',
  'a server stands still',
];
const hasHosts = Hosts.obstacle() === undefined;

async function one(
  title: string,
  events: readonly Event[],
  run: (options: BindersOptions, progress: Progress) => Promise<Report>,
): Promise<void> {
  const { exitCode } = process;
  const options = { rounds, clients, random: new Random(seed), events };
  await campaign(`binders, ${title}, seed ${seed}`, rounds * events.length, (progress) =>
    run(options, progress),
  );
  if (exitCode === 1) process.exitCode = 1;
}

async function main(): Promise<void> {
  const events: readonly Event[] = hasHosts ? [...EVENTS, 'a server is cut off'] : EVENTS;
  await one('one binder', events, (options, progress) => oneBinder(options, progress, hasHosts));
  if (hasEtcd()) await one('two binders on etcd', EVENTS, bindersOnEtcd);
  else console.log('binders, two binders on etcd: left out, there is no etcd');
  if (hasHosts) await one('names and addresses', SIMPLE, namesAndAddresses);
  else console.log('binders, names and addresses: left out, there are no network namespaces');
}

void main();
