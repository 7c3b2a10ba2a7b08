import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { ChildMessage } from './child';

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Whether processes can be kept to one core each: by util-linux' taskset, with 2 cores or more. */
export const CAN_PIN = spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;

/** child.js in a process of its own, all of its threads on one core. */
export class PinnedProcess {
  private readonly child: ChildProcess;
  private readonly message: Promise<ChildMessage>;
  private readonly closed: Promise<void>;

  constructor(
    private readonly title: string,
    core: number,
    args: readonly (string | number)[],
  ) {
    const command = [process.execPath, join(__dirname, 'child.js'), ...args.map(String)];
    if (CAN_PIN) command.unshift('taskset', '-c', String(core));
    const [program, ...rest] = command as [string, ...string[]];
    const child = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.child = child;
    running.add(child);
    this.closed = new Promise((resolve) => {
      child.once('close', () => {
        running.delete(child);
        resolve();
      });
    });
    this.message = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('message', (message) => resolve(message as ChildMessage));
      child.once('close', (code, signal) => {
        reject(new Error(`${title} ended (${signal ?? code ?? '?'}) before it had a result`));
      });
    });
    // Nobody may be waiting when it fails; who asks later gets the error.
    this.message.catch(() => undefined);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it has to say. @throws Error when it has failed, ended or taken too long */
  async result(timeMsMax: number): Promise<ChildMessage> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`${this.title} has said nothing within ${timeMsMax} ms`);
      timer = setTimeout(() => reject(error), timeMsMax);
    });
    try {
      const message = await Promise.race([this.message, late]);
      if ('error' in message) throw new Error(`${this.title}: ${message.error}`);
      return message;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ended when this resolves. */
  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }
}
