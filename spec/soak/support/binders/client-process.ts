import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../../../support/until';
import type { Look, Question, Tally } from './tally';

/** Loads a program of the specs fast. */
export const HOOK = join(__dirname, '..', '..', '..', 'hostile', 'support', 'typescript.cjs');
/** More than a vanished server takes. */
const WAIT_MS_MAX = 40_000;

/** The process in which the clients are. */
export class ClientProcess {
  readonly #child: ChildProcess;

  /** @param under words in front of the command, such as `ip netns exec name` */
  constructor(
    targets: readonly string[],
    private readonly count: number,
    under: readonly string[] = [],
  ) {
    const [execPath, ...words] =
      under.length === 0 ? [process.execPath] : [...under, process.execPath];
    this.#child = fork(join(__dirname, 'clients.ts'), [String(count), ...targets], {
      execPath,
      execArgv: [...words, '-r', HOOK],
      // Coverage would make it slower, and measure nothing that other specs do not.
      env: { ...process.env, NODE_V8_COVERAGE: undefined },
    });
  }

  /** A phase begins: what ends from now on counts there. @returns what was counted before */
  async begin(): Promise<Tally> {
    return (await this.#ask({ ask: 'begin' })) as Tally;
  }

  /** Every client has had answers from all of these servers, in this phase. */
  async allHaveSeen(servers: readonly string[]): Promise<void> {
    await until(
      `all clients answered by ${servers.join(', ')}`,
      async () => (await this.#look(servers)).haveSeen === this.count,
      WAIT_MS_MAX,
    );
  }

  /** Whatever was called before the phase has ended. */
  async allHaveBegun(): Promise<void> {
    await until('all calls ended', async () => (await this.#look([])).allBegan, WAIT_MS_MAX);
  }

  async end(): Promise<void> {
    if (this.#isOver) return;
    const closed = once(this.#child, 'exit');
    this.#child.send({ ask: 'end' });
    await closed;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #look(servers: readonly string[]): Promise<Look> {
    return (await this.#ask({ ask: 'look', servers })) as Look;
  }

  async #ask(question: Question): Promise<unknown> {
    if (this.#isOver) throw new Error('the process of the clients has ended');
    const answered = once(this.#child, 'message', { signal: AbortSignal.timeout(WAIT_MS_MAX) });
    this.#child.send(question);
    return ((await answered) as [unknown])[0];
  }
}
