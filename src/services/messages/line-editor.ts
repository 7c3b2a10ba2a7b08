/** More is no message that fits anyway. */
const LENGTH_MAX = 400;
const HISTORY_MAX = 100;

const segmenter = new Intl.Segmenter();

/**
 * A line that is being typed. What counts is what a person takes for one character: an accent that
 * follows its letter, or an emoji of several parts, is moved over and deleted as one.
 */
export class LineEditor {
  private characters: string[] = [];
  private cursor = 0;
  private readonly history: string[] = [];
  private historyAt = 0;

  /** What is before the cursor, on it, and behind it. */
  get parts(): { before: string; at: string; after: string } {
    return {
      before: this.characters.slice(0, this.cursor).join(''),
      at: this.characters[this.cursor] ?? '',
      after: this.characters.slice(this.cursor + 1).join(''),
    };
  }

  get text(): string {
    return this.characters.join('');
  }

  /** Put text in at the cursor. What does not fit is left out. */
  insert(text: string): void {
    const { before, at, after } = this.parts;
    const head = split(before + text);
    if (head.length + split(at + after).length > LENGTH_MAX) return;
    // Together they may be fewer characters than apart: an accent joins its letter.
    this.characters = split(before + text + at + after);
    this.cursor = Math.min(head.length, this.characters.length);
  }

  deleteBefore(): void {
    if (this.cursor > 0) this.characters.splice(--this.cursor, 1);
  }

  deleteToStart(): void {
    this.characters.splice(0, this.cursor);
    this.cursor = 0;
  }

  deleteToEnd(): void {
    this.characters.splice(this.cursor);
  }

  deleteWord(): void {
    const { before } = this.parts;
    const kept = split(before.replace(/\S*\s*$/, '')).length;
    this.characters.splice(kept, this.cursor - kept);
    this.cursor = kept;
  }

  /** So many characters to the right; negative: to the left. */
  move(by: number): void {
    this.cursor = Math.max(0, Math.min(this.characters.length, this.cursor + by));
  }

  /** A line from before; 1 is older, -1 newer. */
  recall(by: 1 | -1): void {
    const at = this.historyAt + by;
    if (at < 0 || at > this.history.length) return;
    this.historyAt = at;
    this.characters = split(this.history.at(-at) ?? '');
    if (at === 0) this.characters = [];
    this.cursor = this.characters.length;
  }

  /** The line, which is then empty. */
  take(): string {
    const { text } = this;
    if (text !== '') this.history.push(text);
    if (this.history.length > HISTORY_MAX) this.history.shift();
    this.historyAt = this.cursor = 0;
    this.characters = [];
    return text;
  }
}

function split(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
