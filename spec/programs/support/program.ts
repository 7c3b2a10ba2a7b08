import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { programCommand, ROOT } from './command';

/** Longest wait for one line and for the end of a program. */
const WAIT_MS_MAX = 15_000;

/** All that a program has written and how it ended; 'signal' when one killed it. */
export interface Outcome {
  readonly code: number | 'signal';
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  /** All of standard input; without it the input stays open, for type() and endInput(). */
  readonly input?: string;
  /** An open file to read standard input from. */
  readonly inputFile?: number;
  /** Words in front of the command, such as `ip netns exec name`. */
  readonly under?: readonly string[];
}

/** A program in a process of its own. */
export class Program {
  readonly child: ChildProcess;
  #stdout = '';
  #stderr = '';
  #linesTaken = 0;
  /** Called when there is more output, or no more. */
  #wake: () => void = () => undefined;
  readonly #closed: Promise<unknown>;

  /** @param line the command and its words */
  constructor(line: readonly string[], options: StartOptions) {
    const [command = '', ...words] = [...(options.under ?? []), ...line];
    const stdio: StdioOptions = [options.inputFile ?? 'pipe', 'pipe', 'pipe'];
    this.child = spawn(command, words, { cwd: ROOT, stdio });
    this.#closed = once(this.child, 'close');
    this.child.stdout
      ?.setEncoding('utf8')
      .on('data', (text: string) => {
        this.#stdout += text;
        this.#wake();
      })
      .on('end', () => this.#wake());
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    // A program may end with input unread.
    this.child.stdin?.on('error', () => undefined);
    if (options.input !== undefined) this.child.stdin?.end(options.input);
  }

  /** Types a line, as a person would. */
  type(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  endInput(): void {
    this.child.stdin?.end();
  }

  /** The next line of standard output, when it is there. */
  async nextLine(): Promise<string> {
    const isThere = () => this.#stdout.split('\n').length > this.#linesTaken + 1;
    const deadline = AbortSignal.timeout(WAIT_MS_MAX);
    deadline.addEventListener('abort', () => this.#wake());
    while (!isThere()) {
      deadline.throwIfAborted();
      if (this.child.stdout?.readableEnded !== false) {
        throw new Error(`no more output; on stderr: ${this.#stderr}`);
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#linesTaken += 1;
    return this.#stdout.split('\n')[this.#linesTaken - 1] ?? '';
  }

  /** Types a line and returns the next line of output. */
  ask(line: string): Promise<string> {
    this.type(line);
    return this.nextLine();
  }

  /** Whether the process is still there. */
  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until the program has ended by itself. */
  async outcome(): Promise<Outcome> {
    const timeout = new AbortController();
    const late = once(AbortSignal.any([AbortSignal.timeout(WAIT_MS_MAX), timeout.signal]), 'abort');
    const isLate = await Promise.race([this.#closed.then(() => false), late.then(() => true)]);
    timeout.abort();
    if (isLate) throw new Error(`still running: ${this.child.spawnargs.join(' ')}`);
    return {
      code: this.child.exitCode ?? 'signal',
      stdout: this.#stdout,
      stderr: this.#stderr,
    };
  }

  /** Ends the process for certain. */
  async kill(): Promise<void> {
    this.child.stdin?.destroy();
    this.child.kill('SIGKILL');
    await this.#closed;
  }
}

/** The programs of one test; those that still run at its end are killed. */
export class Stage {
  readonly #programs: Program[] = [];

  start(name: string, args: readonly (string | number)[], options: StartOptions = {}): Program {
    return this.startCommand([...programCommand(name), ...args.map(String)], options);
  }

  /** Starts something that is none of our programs. */
  startCommand(line: readonly string[], options: StartOptions = {}): Program {
    const program = new Program(line, options);
    this.#programs.push(program);
    return program;
  }

  /** Runs a program on a whole input, and waits for its end. */
  run(name: string, args: readonly (string | number)[], input = ''): Promise<Outcome> {
    return this.start(name, args, { input }).outcome();
  }

  async clear(): Promise<void> {
    await Promise.all(this.#programs.splice(0).map((program) => program.kill()));
  }
}

/** How a program ends when all went well: this output, nothing on stderr, exit code 0. */
export function printed(...lines: readonly (string | number)[]): Outcome {
  return { code: 0, stdout: lines.map((line) => `${line}\n`).join(''), stderr: '' };
}
