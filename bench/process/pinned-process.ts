import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Whether processes can be kept to one core each: by util-linux' taskset, with 2 cores or more. */
export const CAN_PIN = spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;

/** Enough for ten thousand connections and what else there is. */
const DESCRIPTORS = 16_384;

/** The command with all of its threads on one core. */
export function pinned(core: number, command: readonly string[]): string[] {
  return CAN_PIN ? ['taskset', '-c', String(core), ...command] : [...command];
}

/** A program on one core that talks in lines of JSON. */
export class PinnedProcess {
  private readonly child: ChildProcess;
  private readonly closed: Promise<void>;
  private readonly lines: string[] = [];
  private ending: string | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly title: string,
    core: number,
    command: readonly string[],
  ) {
    const withDescriptors = ['sh', '-c', `ulimit -n ${DESCRIPTORS} 2>/dev/null; exec "$@"`, 'sh'];
    const [program, ...args] = [...withDescriptors, ...pinned(core, command)] as [string];
    const env = { ...process.env, GOMAXPROCS: '1' };
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
    this.child = child;
    running.add(child);
    // It may have ended when we write to it.
    child.stdin.on('error', () => undefined);
    createInterface(child.stdout).on('line', (line) => {
      this.lines.push(line);
      this.wake();
    });
    this.closed = new Promise((resolve) => {
      child.once('error', (error) => this.onEnd(error.message));
      child.once('close', (code, signal) => {
        running.delete(child);
        this.onEnd(`${title} ended (${signal ?? code ?? '?'}) too early`);
        resolve();
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** A line on its standard input. */
  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** The next thing that it says. @throws Error when it has failed, ended or taken too long */
  async next<T>(key: keyof T & string, timeMsMax: number): Promise<T> {
    const message = JSON.parse(await this.nextLine(timeMsMax)) as Record<string, unknown>;
    if (typeof message.error === 'string') throw new Error(`${this.title}: ${message.error}`);
    if (!(key in message)) throw new Error(`${this.title} does not say its ${key}`);
    return message as T;
  }

  private async nextLine(timeMsMax: number): Promise<string> {
    const deadlineMs = performance.now() + timeMsMax;
    const timer = setTimeout(() => this.wake(), timeMsMax);
    try {
      for (;;) {
        const line = this.lines.shift();
        if (line !== undefined) return line;
        if (this.ending !== undefined) throw new Error(this.ending);
        if (performance.now() >= deadlineMs) {
          throw new Error(`${this.title} has said nothing within ${timeMsMax} ms`);
        }
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private onEnd(why: string): void {
    this.ending ??= why;
    this.wake();
  }

  /** Ended when this resolves. */
  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }
}
