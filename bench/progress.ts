const BAR = 24;

/** How far a long run is: a bar on a terminal, lines elsewhere. On standard error. */
export class Progress {
  private done = 0;
  private readonly begunMs = performance.now();
  private readonly isTerminal = process.stderr.isTTY;

  constructor(private readonly total: number) {}

  /** This is measured now. */
  begin(what: string): void {
    if (this.isTerminal) this.draw(what);
  }

  /** It has been measured. */
  end(what: string, result: string): void {
    this.done++;
    const line = `${String(this.done).padStart(4)}/${this.total}  ${what}  ${result}`;
    if (this.isTerminal) process.stderr.write(`\r\x1b[K${line}\n`);
    else process.stderr.write(`${line}\n`);
  }

  get minutes(): number {
    return (performance.now() - this.begunMs) / 60_000;
  }

  private draw(what: string): void {
    const filled = Math.round((this.done / this.total) * BAR);
    const bar = '█'.repeat(filled).padEnd(BAR, '░');
    const left = this.done < 5 ? '' : `${this.minutesLeft()} min left  `;
    process.stderr.write(`\r\x1b[K${bar} ${this.done}/${this.total}  ${left}${what}`);
  }

  private minutesLeft(): string {
    return ((this.minutes / this.done) * (this.total - this.done)).toFixed(1);
  }
}
