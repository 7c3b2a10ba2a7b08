/** What can be wrong with the simulated ledger when somebody wants to see it found. */
export const PLANTED = {
  'no-dedupe': 'a repeat runs again',
  'answer-before-sync': 'answers do not wait for the disk',
  'key-without-hash': 'a key is answered whatever the arguments',
  'outcome-apart': 'the outcome is written in another transaction than the effect',
  'dirty-read': 'a balance is read that is not yet on disk',
} as const;

export type Planted = keyof typeof PLANTED;

export function isPlanted(name: string): name is Planted {
  return Object.hasOwn(PLANTED, name);
}
