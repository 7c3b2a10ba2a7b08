// The specs in two groups that run at a time: those that mostly wait for programs they have started,
// and those that mostly work. Together they take little longer than the longer one.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const WAITING = [
  'examples',
  'fio',
  'house',
  'programs',
  'python',
  'simulation',
  'soak',
  'wireshark',
];

/** The files of each group that has any. */
export function specGroups() {
  const files = readdirSync('spec', { recursive: true })
    .filter((file) => file.endsWith('.spec.ts'))
    .sort();
  const waits = (file) => WAITING.includes(file.split('/', 1)[0]);
  return [files.filter(waits), files.filter((file) => !waits(file))]
    .filter((group) => group.length > 0)
    .map((group) => group.map((file) => join('spec', file)));
}

/** Where a group writes what it has counted. */
export function countsOf(index) {
  return `coverage/counts-${index}.json`;
}
