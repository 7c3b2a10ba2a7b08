// Processor time and memory as Linux counts them; undefined elsewhere.
import { readFileSync } from 'node:fs';

/** /proc counts in hundredths of a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** User and system time of a process and of the processes that it has started, milliseconds. */
export function treeCpuMs(pid: number): number | undefined {
  const own = processCpuMs(pid);
  if (own === undefined) return undefined;
  // Started by its main thread, as Node does.
  const children = read(`/proc/${pid}/task/${pid}/children`)?.trim().split(' ') ?? [];
  return children
    .filter((child) => child !== '')
    .reduce((sum, child) => sum + (treeCpuMs(Number(child)) ?? 0), own);
}

/** User and system time that a process has used so far, in milliseconds. */
function processCpuMs(pid: number): number | undefined {
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

/** Memory of a process that is in the machine's, in bytes. */
export function residentBytes(pid: number): number | undefined {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024;
}

/** Other than ours among the time that has passed on all cores: 1 is a whole core. */
export class ForeignLoad {
  private readonly begunMs = performance.now();
  private readonly machineMs = machineCpuMs();
  private readonly oursMs = this.ours();

  cores(): number | undefined {
    const machineMs = machineCpuMs();
    if (machineMs === undefined || this.machineMs === undefined) return undefined;
    const foreignMs = machineMs - this.machineMs - (this.ours() - this.oursMs);
    return Math.max(0, foreignMs) / (performance.now() - this.begunMs);
  }

  private ours(): number {
    // What we have started is ours, and among it the processes that are measured. They end before
    // we look again only when they have failed.
    return treeCpuMs(process.pid) ?? 0;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
