const LABEL_WIDTH = 12;
const ANSWER_WIDTH = 7;
const COLOURS = {
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  dim: 2,
} as const;
type Colour = keyof typeof COLOURS;

/** Writes the story: who printed what, in colour on a terminal, and how often it was not expected. */
export class Printer {
  surprises = 0;
  readonly #colours = new Map<string, Colour>();

  constructor(
    private readonly write: (text: string) => void,
    private readonly inColour: boolean,
  ) {}

  narrate(...lines: readonly string[]): void {
    this.write(`\n${lines.join('\n')}\n`);
  }

  /** How a program was started. */
  start(label: string, commandLine: string): void {
    this.#row(label, this.#paint('dim', `$ ${commandLine}`));
  }

  /** What a person typed, or a line of a file. */
  command(label: string, command: string): void {
    this.#row(label, this.#paint('dim', `> ${command}`));
  }

  /** What a program printed, and a note for the reader. */
  line(label: string, line: string, note?: string): void {
    const comment = note === undefined ? '' : this.#paint('dim', `  (${note})`);
    this.#row(label, note === undefined ? line : line.padEnd(ANSWER_WIDTH) + comment);
  }

  unexpected(label: string, text: string): void {
    this.surprises += 1;
    this.#row(label, this.#paint('red', `NOT EXPECTED: ${text}`));
  }

  /** Each label has one colour, in the order they appear. */
  #row(label: string, text: string): void {
    const palette: Colour[] = ['cyan', 'yellow', 'green', 'magenta', 'blue'];
    const colour =
      this.#colours.get(label) ?? palette[this.#colours.size % palette.length] ?? 'dim';
    this.#colours.set(label, colour);
    this.write(`${this.#paint(colour, `${label.padEnd(LABEL_WIDTH)}|`)} ${text}\n`);
  }

  #paint(colour: Colour, text: string): string {
    return this.inColour ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
  }
}
