// From the start of a program to its first answer, seen by a client that has warmed up.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { client, connect, type Dialer } from '../../src/rpc/index';
import { dialTcp } from '../../src/rpc/net-transport';
import { Wallet } from '../../src/services/gen/wallet';
import { HOST } from '../peers/peer';
import { pinned } from '../process/pinned-process';

const SERVER_CORE = 0;
const GIVE_UP_MS = 10_000;
/** Between two attempts to connect. */
const RETRY_MS = 0.5;

interface Program {
  command(port: number): string[];
  readonly input: string;
  /** Resolves with the first answer. */
  ask(port: number): Promise<void>;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  fio: {
    command: (port) => [process.execPath, 'dist/bin/svc_banco.js', String(port)],
    input: 'Dorgival 10\n',
    async ask(port) {
      const channel = connect(`${HOST}:${port}`, { dial: patiently(dialOnce) });
      const { value } = await client(Wallet, channel).readBalance({ wallet: 'Dorgival' });
      if (value !== 10) throw new Error(`the balance is 10, not ${value}`);
      void channel.close();
    },
  },
  'raw-node': {
    command: (port) => [process.execPath, join(__dirname, 'echo.js'), String(port)],
    input: '',
    async ask(port) {
      const connection = patiently(async () => {
        const socket = connectSocket(port, HOST);
        await once(socket, 'connect');
        return socket;
      });
      const socket = await connection();
      socket.write('x');
      await once(socket, 'data');
      socket.destroy();
    },
  },
};

/** The median of so many starts, after one that does not count. */
export async function measureStart(name: string, runs: number): Promise<number> {
  const program = PROGRAMS[name];
  if (program === undefined) throw new Error(`no program is called ${name}`);
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const ms = await startOnce(program);
    if (run > 0) times.push(ms);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? NaN;
}

async function startOnce(program: Program): Promise<number> {
  const port = await freePort();
  const begunMs = performance.now();
  const child = start(program, port);
  try {
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the program ended (${String(code)}) before it had answered`);
    });
    await Promise.race([program.ask(port), ended]);
    return performance.now() - begunMs;
  } finally {
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
  }
}

function start(program: Program, port: number): ChildProcess {
  const [name, ...args] = pinned(SERVER_CORE, program.command(port)) as [string];
  // With it Node reads certificates for 40 ms first, and both would look alike.
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
  const child = spawn(name, args, { env, stdio: ['pipe', 'ignore', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  child.stdin.end(program.input);
  return child;
}

/** With a signal of its own: that of the channel would gather a listener for each attempt. */
function dialOnce(...[address]: Parameters<Dialer>): ReturnType<Dialer> {
  return dialTcp(address, AbortSignal.timeout(GIVE_UP_MS));
}

/** Tries again at once, where a client in earnest would wait longer each time. */
function patiently<T>(dial: () => Promise<T>): () => Promise<T>;
function patiently(dial: Dialer): Dialer;
function patiently(dial: (...args: never[]) => Promise<unknown>) {
  return async (...args: never[]): Promise<unknown> => {
    const begunMs = performance.now();
    for (;;) {
      try {
        return await dial(...args);
      } catch (error) {
        if (performance.now() - begunMs > GIVE_UP_MS) throw error;
        await sleep(RETRY_MS);
      }
    }
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
