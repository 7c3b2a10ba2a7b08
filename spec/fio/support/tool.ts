import { PassThrough, Writable, type Readable } from 'node:stream';
import { runTool } from '../../../bin/fio/tool/tool';

export interface ToolOptions {
  /** All of standard input. */
  readonly input?: string;
  /** Standard input, to be written bit by bit. */
  readonly stdin?: Readable;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether both outputs are terminals. */
  readonly isTerminal?: boolean;
  readonly signal?: AbortSignal;
  /** Told of each chunk of standard output. */
  readonly onOutput?: (text: string) => void;
}

export interface ToolOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `fio` in this process. */
export async function fio(
  args: readonly (string | number)[],
  options: ToolOptions = {},
): Promise<ToolOutcome> {
  const stdin = options.stdin ?? new PassThrough().end(options.input ?? '');
  const out = new Sink(options.isTerminal ?? false, options.onOutput);
  const err = new Sink(options.isTerminal ?? false);
  const code = await runTool(args.map(String), {
    stdin,
    stdout: out,
    stderr: err,
    env: options.env ?? {},
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, out: out.text, err: err.text };
}

/** Keeps what is written, at once. */
class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns = 80;
  text = '';

  constructor(
    isTerminal: boolean,
    private readonly onText?: (text: string) => void,
  ) {
    super({ decodeStrings: false });
    this.isTTY = isTerminal;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    this.onText?.(chunk);
    done();
  }
}
