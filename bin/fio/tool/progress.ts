import { isColoured, type Io } from './io';

const EVERY_MS = 100;
const BAR_CHARS = 30;

/** A bar on a terminal's standard error, drawn over itself; nothing elsewhere. */
export class Progress {
  private readonly isShown: boolean;
  private drawnMs = -Infinity;

  /** @param everyMs how soon it is drawn again, at most: 0 for what has few steps */
  constructor(
    private readonly stderr: Io['stderr'],
    env: Io['env'],
    private readonly whole: number,
    private readonly everyMs = EVERY_MS,
  ) {
    this.isShown = isColoured(stderr, { ...env, NO_COLOR: '' });
  }

  /** @param what is done now, if that is to be shown */
  tell(done: number, what = `of ${this.whole}`): void {
    if (!this.isShown) return;
    const nowMs = performance.now();
    if (nowMs - this.drawnMs < this.everyMs) return;
    this.drawnMs = nowMs;
    const part = this.whole === 0 ? 1 : done / this.whole;
    const chars = Math.floor(BAR_CHARS * part);
    const bar = '█'.repeat(chars) + '░'.repeat(BAR_CHARS - chars);
    this.stderr.write(`\r${bar} ${Math.floor(100 * part)} % ${done} ${what}\u001B[K`);
  }

  /** Takes it away, until something is told again. */
  clear(): void {
    if (this.drawnMs === -Infinity) return;
    this.drawnMs = -Infinity;
    this.stderr.write('\r\u001B[K');
  }
}
