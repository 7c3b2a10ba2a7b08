import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestedClient } from './check';
import { readAnswer } from './client-answer';
import type { Task } from './perform';

/** From the end of its input to a signal, and from that to the next. */
const END_MS_MAX = 2_000;

/**
 * A client under test in a process of its own, by the contract of docs/CONFORMANCE.md: a line of JSON in, a
 * line of JSON out. One process does all cases, unless the command has `{address}` or `{case}`.
 */
export class ClientCommand {
  private process: ClientProcess | undefined;

  /** @param command for the shell */
  constructor(private readonly command: string) {}

  /** @throws Error that says what the client did instead of answering */
  readonly perform: TestedClient = async (task) => {
    if (/\{(address|case)\}/.test(this.command)) return this.performAlone(task);
    // One that has not answered the case before would answer that now.
    if (this.process?.isWaiting === true) this.drop();
    const asked = (this.process ??= new ClientProcess(this.command));
    try {
      return readAnswer(await asked.ask(task));
    } catch (error) {
      asked.kill();
      // By now the next case may have a process of its own.
      if (this.process === asked) this.process = undefined;
      throw error;
    }
  };

  async close(): Promise<void> {
    await this.process?.end();
  }

  private drop(): void {
    this.process?.kill();
    this.process = undefined;
  }

  private async performAlone(task: Task): ReturnType<TestedClient> {
    const command = this.command
      .replaceAll('{address}', task.address)
      .replaceAll('{case}', task.name);
    this.drop();
    const single = (this.process = new ClientProcess(command));
    const line = await single.ask(task);
    const code = await single.end();
    if (code !== 0) throw new Error(`the client ended with exit code ${String(code)}`);
    return readAnswer(line);
  }
}

class ClientProcess {
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  private isOver = false;
  /** Waits for a line; undefined: there will be none. */
  private waiter: ((line: string | undefined) => void) | undefined;
  private stderr = '';

  constructor(command: string) {
    // A group of its own, so that a signal also reaches what the shell has started.
    this.child = spawn(command, { shell: true, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdin, stdout, stderr } = this.child;
    if (stdin === null || stdout === null) throw new Error('the client has no pipes');
    stdin.on('error', () => undefined);
    stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    createInterface({ input: stdout })
      .on('line', (line) => this.waiter?.(line))
      .on('close', () => {
        this.isOver = true;
        this.waiter?.(undefined);
      });
    this.closed = once(this.child, 'close');
  }

  /** Whether an answer has still to come. */
  get isWaiting(): boolean {
    return this.waiter !== undefined;
  }

  /** One line in, one line out. */
  async ask(task: Task): Promise<string> {
    const answer = await new Promise<string | undefined>((resolve) => {
      if (this.isOver) resolve(undefined);
      this.waiter = resolve;
      this.child.stdin?.write(`${JSON.stringify(task)}\n`);
    });
    this.waiter = undefined;
    if (answer !== undefined) return answer;
    const said = this.stderr.trim().split('\n').at(-1) ?? '';
    throw new Error(`the client ended without an answer${said === '' ? '' : `: ${said}`}`);
  }

  /** @returns the exit code; undefined when a signal was needed */
  async end(): Promise<number | undefined> {
    this.child.stdin?.end();
    const timer = setTimeout(() => this.kill(), END_MS_MAX);
    await this.closed;
    clearTimeout(timer);
    return this.child.exitCode ?? undefined;
  }

  kill(): void {
    const { pid } = this.child;
    const hasExited = this.child.exitCode !== null || this.child.signalCode !== null;
    if (pid === undefined || hasExited) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended just now.
    }
  }
}
