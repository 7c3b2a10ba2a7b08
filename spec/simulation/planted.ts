import type { EngineName } from './engine';

interface Fault {
  /** What it is planted in. */
  readonly engine: EngineName;
  readonly what: string;
}

/** What can be wrong with a simulated engine when somebody wants to see it found. */
export const PLANTED = {
  'no-dedupe': { engine: 'simulated', what: 'a repeat runs again' },
  'answer-before-sync': { engine: 'simulated', what: 'answers do not wait for the disk' },
  'key-without-hash': {
    engine: 'simulated',
    what: 'a key is answered whatever the arguments',
  },
  'outcome-apart': {
    engine: 'simulated',
    what: 'the outcome is written in another transaction than the effect',
  },
  'dirty-read': { engine: 'simulated', what: 'a balance is read that is not yet on disk' },
  'outcome-per-server': { engine: 'shared', what: 'each server remembers outcomes for itself' },
} as const satisfies Record<string, Fault>;

export type Planted = keyof typeof PLANTED;

export function isPlanted(name: string): name is Planted {
  return Object.hasOwn(PLANTED, name);
}
