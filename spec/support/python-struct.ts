import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

// One python3 answers every question: a line of JSON in, a line of JSON out. Integers travel as
// decimal text, floats as their eight bytes, bytes as hex.
const ANSWERS = `
import json, struct, sys
def value(v):
    (kind, x), = v.items()
    if kind == 'int': return int(x)
    if kind == 'float': return struct.unpack('>d', bytes.fromhex(x))[0]
    return bytes.fromhex(x) if kind == 'bytes' else x
def plain(v):
    if isinstance(v, bool): return {'bool': v}
    if isinstance(v, int): return {'int': str(v)}
    if isinstance(v, float): return {'float': 'nan' if v != v else struct.pack('>d', v).hex()}
    return {'bytes': v.hex()}
def attempt(run):
    try: return run()
    except (struct.error, OverflowError, UnicodeError): return 'refused'
def pack_into(f, q):
    room = bytearray(b'\\xee' * q['room'])
    struct.pack_into(f, room, q['offset'], *map(value, q['values']))
    return room.hex()
ACTS = {
    'size': lambda f, q: struct.calcsize(f),
    'pack': lambda f, q: struct.pack(f, *map(value, q['values'])).hex(),
    'packInto': pack_into,
    'unpack': lambda f, q: [*map(plain, struct.unpack(f, bytes.fromhex(q['bytes'])))],
    'unpackFrom': lambda f, q: [
        *map(plain, struct.unpack_from(f, bytes.fromhex(q['bytes']), q['offset']))],
    'iterUnpack': lambda f, q: [
        plain(x) for v in struct.iter_unpack(f, bytes.fromhex(q['bytes'])) for x in v],
}
for line in sys.stdin:
    q = json.loads(line)
    print(json.dumps(attempt(lambda: ACTS[q['act']](q['format'], q))), flush=True)
`;

export interface Question {
  readonly act: 'size' | 'pack' | 'packInto' | 'unpack' | 'unpackFrom' | 'iterUnpack';
  readonly format: string;
  readonly values?: unknown[];
  readonly bytes?: string;
  readonly offset?: number;
  readonly room?: number;
}

/** Python's struct module, in a process of its own until close(). */
export class Python {
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  private readonly gone = new AbortController();

  constructor() {
    const child = spawn('python3', ['-c', ANSWERS], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child = child;
    this.lines = createInterface(child.stdout);
    child.once('exit', () => this.gone.abort());
  }

  /** The answer in JSON's types, or 'refused'. One question at a time. */
  async ask(question: Question): Promise<unknown> {
    this.child.stdin?.write(`${JSON.stringify(question)}\n`);
    const [line] = (await once(this.lines, 'line', { signal: this.gone.signal })) as [string];
    return JSON.parse(line);
  }

  async close(): Promise<void> {
    if (this.gone.signal.aborted) return;
    const exited = once(this.child, 'exit');
    this.child.stdin?.end();
    await exited;
  }
}
