import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pinned } from '../process/pinned-process';

const CHILD = join(__dirname, '..', 'process', 'child.js');
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A process of the benchmark that writes a profile of itself when it ends. */
export class ProfiledProcess {
  private readonly child: ChildProcess;
  private readonly lines: NodeJS.AsyncIterator<string>;
  private readonly closed: Promise<unknown>;

  /** @param profile the name of the file, in `folder` */
  constructor(core: number, folder: string, profile: string, words: readonly string[]) {
    const options = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${profile}`];
    const command = pinned(core, [process.execPath, ...options, CHILD, 'fio', ...words]);
    const child = spawn(command[0] as string, command.slice(1), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    running.add(child);
    this.child = child;
    this.closed = once(child, 'close').then(() => running.delete(child));
    this.lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  /** What it says next. @throws Error when it says that it has failed, or ends */
  async next<T>(): Promise<T> {
    const line = await this.lines.next();
    if (line.done === true) throw new Error('a process has ended before its time');
    const message = JSON.parse(line.value) as Record<string, unknown>;
    if (typeof message.error === 'string') throw new Error(message.error);
    return message as T;
  }

  /** Ended, and its profile written, when this resolves. */
  async end(): Promise<void> {
    this.child.stdin?.end();
    await this.closed;
  }
}
