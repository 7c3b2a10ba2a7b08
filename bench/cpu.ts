// Processor time as Linux counts it; undefined elsewhere.
import { readFileSync } from 'node:fs';

/** /proc counts in hundredths of a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** User and system time that a process has used so far, in milliseconds. */
export function processCpuMs(pid: number): number | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The program's name, in brackets, may hold spaces: count from behind it. man 5 proc, 14 and 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/**
 * Time that all processes of the machine and the hypervisor's other guests have used so far, in
 * milliseconds. Interrupts are left out: those of our own sockets are among them.
 */
export function machineCpuMs(): number | undefined {
  const text = read('/proc/stat');
  if (text === undefined) return undefined;
  const [user, nice, system, , , , , steal] = text.split('\n', 1)[0]!.split(/ +/).slice(1);
  return (Number(user) + Number(nice) + Number(system) + Number(steal)) * TICK_MS;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
