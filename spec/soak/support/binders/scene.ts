import { once } from 'node:events';
import type { Host, Hosts } from '../../../programs/support/hosts';
import { freePort } from '../../../programs/support/ports';
import type { Program, Stage } from '../../../programs/support/program';
import { HOOK } from './client-process';

const SERVER = 'spec/soak/support/binders/server.ts';
const LOOPBACK = '127.0.0.1';

/** One of the servers. */
export interface RunningServer {
  readonly name: string;
  readonly program: Program;
  /** Where it stands, when there are hosts. */
  readonly host: Host | undefined;
}

/** Binders on ports that stay, so that one which ends can be started again. */
interface BinderPlace {
  readonly port: number;
  program: Program | undefined;
}

export interface SceneOptions {
  /**
   * Where each server, the binders and the clients get a host of their own; without them all are on
   * the loopback.
   */
  readonly hosts: Hosts | undefined;
  /** Of the binders, when they share one. */
  readonly store: string | undefined;
  /** Of every server; default: any. */
  readonly port: number | undefined;
}

/** The programs of the campaign: binders, and servers that come and go. */
export class Scene {
  readonly servers: RunningServer[] = [];
  readonly #binders: BinderPlace[] = [];
  readonly #binderHost: Host | undefined;
  /** Hosts on which no server stands. */
  readonly #freeHosts: Host[] = [];
  #count = 0;

  constructor(
    private readonly stage: Stage,
    private readonly options: SceneOptions,
  ) {
    this.#binderHost = options.hosts?.add();
  }

  /** The addresses of the binders, with commas between them. */
  get binders(): string {
    const host = this.#binderHost?.ipv4 ?? LOOPBACK;
    return this.#binders.map(({ port }) => `${host}:${port}`).join();
  }

  async addBinder(): Promise<void> {
    const place: BinderPlace = { port: await freePort(), program: undefined };
    this.#binders.push(place);
    await this.startBinder(this.#binders.length - 1);
  }

  async startBinder(index: number): Promise<void> {
    const place = this.#binder(index);
    const store = this.options.store === undefined ? [] : ['--store', this.options.store];
    const program = this.stage.start('binder', [place.port, ...store], this.#binderHost ?? {});
    await program.nextLine();
    place.program = program;
  }

  async endBinder(index: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await end(this.#binder(index).program, signal);
  }

  /** Start a server, and wait until a binder knows it, if there is one. @returns its name */
  async startServer(): Promise<string> {
    const { hosts, port = 0 } = this.options;
    const name = `s${this.#count++}`;
    const host = hosts === undefined ? undefined : this.#takeHost(hosts);
    const binders = this.#binders.length === 0 ? '-' : this.binders;
    const line = [process.execPath, '-r', HOOK, SERVER, name, String(port), binders];
    // Coverage would make it slower, and measure nothing that other specs do not.
    const under = [...(host?.under ?? []), 'env', '-u', 'NODE_V8_COVERAGE'];
    const program = this.stage.startCommand(line, { under });
    await program.nextLine();
    this.servers.push({ name, program, host });
    return name;
  }

  /** @returns the exit code, or the signal */
  async endServer(server: RunningServer, signal: 'SIGTERM' | 'SIGKILL'): Promise<string> {
    this.servers.splice(this.servers.indexOf(server), 1);
    if (server.host !== undefined) this.#freeHosts.push(server.host);
    return end(server.program, signal);
  }

  #binder(index: number): BinderPlace {
    const place = this.#binders[index];
    if (place === undefined) throw new Error(`no binder ${index}`);
    return place;
  }

  #takeHost(hosts: Hosts): Host {
    return this.#freeHosts.shift() ?? hosts.add();
  }
}

async function end(program: Program | undefined, signal: NodeJS.Signals): Promise<string> {
  if (program?.isRunning !== true) return 'not running';
  const exited = once(program.child, 'exit');
  program.child.kill(signal);
  const [code, by] = (await exited) as [number | null, string | null];
  return String(code ?? by);
}
