import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { HostilePeer } from '../../support/hostile-peer';
import { clientOpening } from '../../support/raw-frames';
import type { Condition, VictimOptions } from './victim';

/**
 * What an attack may take at most. Most take a tenth; but on a busy machine V8 lets garbage lie.
 * Every attack is so big that it would take several times as much if its memory had no bound.
 */
export const PEAK_MIB_MAX = 96;
const MEBIBYTE = 1_048_576;
/** Echoes before the first measurement, so that code is compiled and pools are filled. */
const WARM_UP_CALLS = 300;

/** What the attack has cost. */
export interface Cost {
  /** Resident at most during the attack, above what it was before. */
  readonly peakMiB: number;
  /** Resident when it was over, above what it was before. */
  readonly stayingMiB: number;
}

/**
 * A server or a client in a process of its own, so that its memory is its own: the attacker is in
 * this one.
 */
export class VictimProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    private before: Condition | undefined,
    private readonly peers: HostilePeer[] = [],
  ) {}

  /** A server, warm. @param nofile the descriptors that it may have */
  static async server(options: VictimOptions = {}, nofile?: number): Promise<VictimProcess> {
    const victim = await VictimProcess.cold(options, nofile);
    const guest = await victim.guest();
    for (let call = 0; call < WARM_UP_CALLS; call++) guest.send(echoCall(2 * call + 1));
    await guest.frame(4, WARM_UP_CALLS);
    guest.destroy();
    await victim.settled();
    return victim;
  }

  /** A server that nobody has called yet. */
  static cold(options: VictimOptions = {}, nofile?: number): Promise<VictimProcess> {
    return VictimProcess.start(options, nofile);
  }

  /** A client of `port`, which begins to call at begin(). */
  static client(port: number, options: VictimOptions = {}): Promise<VictimProcess> {
    return VictimProcess.start({ ...options, port });
  }

  private static async start(options: VictimOptions, nofile?: number): Promise<VictimProcess> {
    // Coverage of a process that is measured would be measured too.
    const env = { ...process.env, NODE_V8_COVERAGE: undefined };
    const execArgv = ['--expose-gc', '-r', join(__dirname, 'typescript.cjs')];
    const limited = {
      execPath: 'sh',
      execArgv: ['-c', `ulimit -n ${nofile} && exec "$0" "$@"`, process.execPath, ...execArgv],
    };
    const child = fork(join(__dirname, 'victim.ts'), [JSON.stringify(options)], {
      env,
      ...(nofile === undefined ? { execArgv } : limited),
    });
    const [port] = (await once(child, 'message')) as [number];
    return new VictimProcess(child, port, undefined);
  }

  /** A peer that has sent nothing. */
  async stranger(): Promise<HostilePeer> {
    const peer = await HostilePeer.connect(this.port);
    this.peers.push(peer);
    return peer;
  }

  /** A peer that has sent preface and HELLO. */
  async guest(): Promise<HostilePeer> {
    return (await this.stranger()).send(clientOpening());
  }

  async condition(): Promise<Condition> {
    this.child.send('measure');
    const [condition] = (await once(this.child, 'message')) as [Condition];
    return condition;
  }

  /** Measure, from now on. */
  async settled(): Promise<void> {
    this.before = await this.condition();
  }

  /** A client: make its calls, until the last has ended. */
  async makeCalls(): Promise<void> {
    this.before = await this.condition();
    this.child.send('begin');
    await once(this.child, 'message');
  }

  /** What has come since settled() or makeCalls(). */
  async cost(): Promise<Cost> {
    const { before } = this;
    if (before === undefined) throw new Error('nothing was measured before');
    const now = await this.condition();
    return {
      peakMiB: Math.round((now.peakBytes - before.rssBytes) / MEBIBYTE),
      stayingMiB: Math.round((now.rssBytes - before.rssBytes) / MEBIBYTE),
    };
  }

  /** Whether a well-behaved client is answered. */
  async serves(): Promise<boolean> {
    const guest = await this.guest();
    guest.send(echoCall(1));
    const { code } = await guest.frame(4);
    guest.destroy();
    return code === 0;
  }

  /** Let Collect read its requests. */
  release(): void {
    this.child.send('release');
  }

  /** The process stands still, and its sockets with it; stop() ends it all the same. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  async stop(): Promise<void> {
    for (const peer of this.peers) peer.destroy();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

/** CALL of 7.1 (Echo), whole: an empty note. */
function echoCall(stream: number): string {
  const id = stream.toString(16).padStart(8, '0');
  return `00000012 ${id} 02 05 0000 0007 0001  00000000 0000 00000000 00000000 00000000`;
}
