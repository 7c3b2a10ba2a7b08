const FINDINGS_MAX = 20;

/** What is wrong with a world, and what was counted in it. */
export class Findings {
  readonly wrong: string[] = [];
  /** Calls that the clients made: tries, not those that the channel makes again by itself. */
  sent = 0;
  /** Those of them that repeat one with the same key. */
  retries = 0;
  /** Balances read and told. */
  readings = 0;

  add(text: string): void {
    if (this.wrong.length < FINDINGS_MAX) this.wrong.push(text);
  }
}
