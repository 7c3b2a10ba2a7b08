import { isColoured, type Io } from '../tool/io';

const EVERY_MS = 100;
const BAR_CHARS = 30;

/** A bar on a terminal's standard error, drawn over itself; nothing elsewhere. */
export class Progress {
  private readonly isShown: boolean;
  private drawnMs = -Infinity;

  constructor(
    private readonly io: Io,
    private readonly whole: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.isShown = io.stderr.isTTY === true && isColoured(io.stderr, { ...io.env, NO_COLOR: '' });
  }

  tell(done: number): void {
    if (!this.isShown) return;
    const nowMs = this.nowMs();
    if (nowMs - this.drawnMs < EVERY_MS) return;
    this.drawnMs = nowMs;
    const chars = Math.floor((BAR_CHARS * done) / this.whole);
    const bar = '█'.repeat(chars) + '░'.repeat(BAR_CHARS - chars);
    const percent = Math.floor((100 * done) / this.whole);
    this.io.stderr.write(`\r${bar} ${percent} % ${done} of ${this.whole}\u001B[K`);
  }

  /** Takes it away. */
  clear(): void {
    if (this.isShown && this.drawnMs !== -Infinity) this.io.stderr.write('\r\u001B[K');
  }
}
