import { arch, cpus, platform, release } from 'node:os';
import { CAN_PIN } from './pinned-process';

/** Where and with what it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  /** Whether server and client had a core each. */
  readonly pinned: boolean;
}

export function describeMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown processor',
    cores: all.length,
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    pinned: CAN_PIN,
  };
}
