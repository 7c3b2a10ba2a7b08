import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadKind } from '../load';
import type { Peer } from './peer';

/** Where make bench-peers puts the programs; this file is .make/bench/bench/peers/native-peers.js. */
const PROGRAMS = join(__dirname, '..', '..', 'native');

/** A peer that is a program of another language. */
export function nativePeer(
  column: string,
  name: string,
  kinds: readonly LoadKind[],
  programs: Readonly<Record<'server' | 'client', readonly [string, ...string[]]>>,
): Peer {
  const command = ([program, ...args]: readonly [string, ...string[]]) => [
    join(PROGRAMS, program),
    ...args,
  ];
  return {
    column,
    name,
    kinds,
    warmUpFactor: 0.5,
    absence: () =>
      existsSync(join(PROGRAMS, programs.server[0]))
        ? undefined
        : 'not built: make bench-peers, which needs Debian packages',
    command: (role) => command(programs[role]),
  };
}
