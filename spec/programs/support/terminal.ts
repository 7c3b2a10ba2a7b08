import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './command';

const WAIT_MS_MAX = 10_000;
const STEP_MS = 30;

/** Why this machine has no terminal to test in; undefined when it has, or must have. */
export function terminalObstacle(): string | undefined {
  if (process.env.CI === 'true') return undefined;
  return spawnSync('tmux', ['-V']).error === undefined ? undefined : 'needs tmux';
}

/** A program in a terminal of its own: typed keys go in, what the screen shows comes out. */
export class Terminal {
  private static count = 0;
  readonly #socket = `fio-${process.pid}-${Terminal.count++}`;

  constructor(command: readonly string[], columns: number, rows: number) {
    const quoted = command.map((word) => `'${word}'`).join(' ');
    // Nothing of the test's environment: CI or NO_COLOR would have it draw otherwise.
    const environment = `env -i PATH="$PATH" TERM=tmux-256color LC_ALL=C.UTF-8`;
    // The end stays on the screen until somebody has seen it.
    const line = `${environment} ${quoted}; echo "ended with $?"; exec sleep 60`;
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'one', ...size, '-c', ROOT, line);
  }

  /** Types text as it is. */
  type(text: string): void {
    this.#tmux('send-keys', '-t', 'one', '-l', text);
  }

  /** Presses keys by tmux's names: Enter, BSpace, Left, C-c. */
  press(...keys: string[]): void {
    this.#tmux('send-keys', '-t', 'one', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', 'one', '-x', String(columns), '-y', String(rows));
  }

  /** Rows of the screen, without what is blank at their ends. */
  rows(): string[] {
    return this.#tmux('capture-pane', '-p', '-t', 'one').trimEnd().split('\n');
  }

  /** The screen with the codes of its colours. */
  coloured(): string {
    return this.#tmux('capture-pane', '-p', '-e', '-t', 'one');
  }

  /** The screen, once a text is on it. */
  async shows(text: string | RegExp): Promise<string[]> {
    for (let left = WAIT_MS_MAX / STEP_MS; left > 0; left--) {
      const rows = this.rows();
      const screen = rows.join('\n');
      if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return rows;
      await sleep(STEP_MS);
    }
    throw new Error(`'${String(text)}' is not on the screen:\n${this.rows().join('\n')}`);
  }

  close(): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }

  #tmux(...words: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...words], { encoding: 'utf8' });
  }
}
