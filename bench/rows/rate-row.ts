import type { Load } from '../load';
import { measureRate } from '../measure/rate';
import { FIO, OTHERS } from '../peers/index';
import type { Peer } from '../peers/peer';
import type { Entry, Goal, Row } from './row';

export interface RateRow {
  readonly group: string;
  readonly name: string;
  readonly unit?: string;
  readonly load: Partial<Load> & Pick<Load, 'kind'>;
  readonly goals?: readonly Goal[];
  readonly at?: number;
  /** Default: all that can do it. */
  readonly peers?: readonly Peer[];
}

const ONE = { connections: 1, inFlight: 1, bytes: 0 };

/** A row of calls or items per second. */
export function rateRow({ load: some, goals = [], unit = 'calls/s', ...rest }: RateRow): Row {
  const load: Load = { ...ONE, ...some };
  const peers = rest.peers ?? [FIO, ...OTHERS].filter(({ kinds }) => kinds.includes(load.kind));
  const { group, name, at } = rest;
  const entries = peers.map((peer) => rateEntry(peer, load));
  const row = { group, name, unit, isLessBetter: false, goals, entries };
  return at === undefined ? row : { ...row, at };
}

function rateEntry(peer: Peer, load: Load): Entry {
  return {
    column: peer.column,
    name: peer.name,
    absence: () => peer.absence(),
    measure: (timing) => measureRate(peer, load, timing),
  };
}

export function times(column: string, factor: number): Goal {
  return { column, factor };
}

export function timesLatency(column: string, factor: number): Goal {
  return { column, factor, of: 'p50Us' };
}
