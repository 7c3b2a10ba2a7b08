import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Printer } from './printer';

/** Longest wait for one line of a program, and for its end. */
const WAIT_MS_MAX = 10_000;

/** What a program did that is not in the story, which ends there. */
export class Surprise extends Error {
  constructor(
    readonly label: string,
    text: string,
  ) {
    super(text);
  }
}

/** One of the four programs in a process of its own, whose every line must be the expected one. */
export class Actor {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string, undefined>;

  constructor(
    readonly label: string,
    private readonly print: Printer,
    file: string,
    args: readonly string[],
  ) {
    this.#child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
    createInterface(this.#child.stderr).on('line', (line) => print.unexpected(label, line));
    // A program that ended early shows as a missing line; writing to it is no second error.
    this.#child.stdin.on('error', () => undefined);
  }

  /** Gives the program one command and waits for the lines that it must print. */
  async say(command: string, ...answers: readonly string[]): Promise<void> {
    this.print.command(this.label, command);
    this.#child.stdin.write(`${command}\n`);
    await this.expect(...answers);
  }

  /** Waits for the next lines. What follows ` # ` in one is a note for the reader. */
  async expect(...lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const [expected = '', note] = line.split(' # ');
      const { value } = await this.#within(this.#lines.next(), `the line "${expected}"`);
      if (value !== expected) {
        const printed = value === undefined ? 'ended' : `printed "${value}"`;
        throw new Surprise(this.label, `${printed}, where "${expected}" was expected`);
      }
      this.print.line(this.label, value, note);
    }
  }

  /** Gives the program its whole input at once. */
  feed(input: string): void {
    for (const line of input.trimEnd().split('\n')) this.print.command(this.label, line);
    this.#child.stdin.end(input);
  }

  /** Ends the input; the program must print nothing more and end with exit code 0. */
  async leave(): Promise<void> {
    this.#child.stdin.end();
    const { value, done } = await this.#within(this.#lines.next(), 'the end of its output');
    if (done !== true) throw new Surprise(this.label, `printed "${value}" at the end`);
    if (this.#child.exitCode === null) await this.#within(once(this.#child, 'exit'), 'its end');
    const { exitCode } = this.#child;
    if (exitCode !== 0)
      this.print.unexpected(this.label, `ended with exit code ${exitCode ?? '?'}`);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #within<T>(waited: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const fail = (): void => reject(new Surprise(this.label, `is late with ${what}`));
      timer = setTimeout(fail, WAIT_MS_MAX);
    });
    try {
      return await Promise.race([waited, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
