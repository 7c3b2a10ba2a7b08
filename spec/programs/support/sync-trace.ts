/** What a server's system calls say of its answers: `strace -f -y` of its writes and syncs. */
export interface SyncTrace {
  /** Syncs of the file, that have ended well. */
  readonly syncs: number;
  /** Writes on a TCP connection. */
  readonly answers: number;
  /** Those among them before which there was a sync, after what was read last there. */
  readonly synced: number;
  /** Those among them that came while something written to the file was not synced. */
  readonly early: readonly string[];
}

const WRITES: ReadonlySet<string> = new Set(['pwrite64', 'write', 'writev', 'sendmsg', 'sendto']);
const SYNCS: ReadonlySet<string> = new Set(['fsync', 'fdatasync']);
const CALL = /^(?:\d+ +)?(\w+)\((?:\d+)<([^>]*)>/;

/** @param file how the file's name ends */
export function readTrace(trace: string, file: string): SyncTrace {
  const found = { syncs: 0, answers: 0, synced: 0, early: [] as string[] };
  let isDirty = false;
  let isSyncedSinceRead = false;
  for (const line of trace.split('\n')) {
    const [, name = '', path = ''] = CALL.exec(line) ?? [];
    if (path.endsWith(file)) {
      if (WRITES.has(name)) isDirty = true;
      // A sync that another thread interrupts is shown as unfinished: it has not ended here.
      if (SYNCS.has(name) && line.endsWith('= 0')) {
        isDirty = false;
        isSyncedSinceRead = true;
        found.syncs += 1;
      }
    } else if (/^(TCP|TCPv6|socket)/.test(path)) {
      if (name === 'read' && !/= (0|-1.*)$/.test(line)) isSyncedSinceRead = false;
      if (!WRITES.has(name)) continue;
      found.answers += 1;
      if (isSyncedSinceRead) found.synced += 1;
      if (isDirty) found.early.push(line);
    }
  }
  return found;
}
