import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EtcdClient } from '../../../../src/services/binder/etcd-client';
import { freePort } from '../../../programs/support/ports';

const READY_MS_MAX = 15_000;

/** Whether this machine has an etcd. */
export function hasEtcd(): boolean {
  return spawnSync('etcd', ['--version']).error === undefined;
}

/** An etcd of one member on the loopback, with a folder of its own. */
export class Etcd {
  #child: ChildProcess | undefined;
  readonly #folder = mkdtempSync(join(tmpdir(), 'fio-etcd-'));

  private constructor(
    readonly port: number,
    private readonly peerPort: number,
  ) {}

  static async start(): Promise<Etcd> {
    const etcd = new Etcd(await freePort(), await freePort());
    await etcd.restart();
    return etcd;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get client(): EtcdClient {
    return new EtcdClient(this.url);
  }

  /** Start it, again with what it had kept. */
  async restart(): Promise<void> {
    const peer = `http://127.0.0.1:${this.peerPort}`;
    this.#child = spawn(
      'etcd',
      [
        ['--name', 'one'],
        ['--data-dir', this.#folder],
        ['--listen-client-urls', this.url],
        ['--advertise-client-urls', this.url],
        ['--listen-peer-urls', peer],
        ['--initial-advertise-peer-urls', peer],
        ['--initial-cluster', `one=${peer}`],
        ['--logger', 'zap'],
        ['--log-level', 'error'],
      ].flat(),
      { stdio: 'ignore' },
    );
    const deadline = Date.now() + READY_MS_MAX;
    for (;;) {
      try {
        await this.client.probe('fio/');
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
