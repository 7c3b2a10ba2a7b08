import { spawnSync } from 'node:child_process';

/** A host of its own: a network namespace. */
export interface Host {
  readonly ipv4: string;
  readonly ipv6: string;
  /** The words in front of a command that runs there. */
  readonly under: readonly string[];
}

const NAME = /^fio-[a-z0-9]+-([a-z0-9]+)$/;

/** Hosts on one switch, each in a network namespace. Another test run has other names. */
export class Hosts {
  readonly #id = process.pid.toString(36);
  readonly #switch = this.#name('switch');
  readonly #names: string[] = [];

  /** Adds a host. The first one makes the switch. */
  add(): Host {
    if (this.#names.length === 0) this.#addSwitch();
    const number = this.#names.length;
    const name = this.#name(`h${number}`);
    const port = `port${number}`;
    ip('netns', 'add', name);
    this.#names.push(name);
    const toSwitch = ['peer', 'name', port, 'netns', this.#switch];
    ip('link', 'add', 'cable', 'netns', name, 'type', 'veth', ...toSwitch);
    ip('-n', this.#switch, 'link', 'set', port, 'master', 'bridge', 'up');
    const [ipv4, ipv6] = [`10.77.0.${number}`, `fd77::${number}`];
    ip('-n', name, 'address', 'add', `${ipv4}/24`, 'dev', 'cable');
    // Without the check for duplicates the address is there at once.
    ip('-n', name, 'address', 'add', `${ipv6}/64`, 'dev', 'cable', 'nodad');
    ip('-n', name, 'link', 'set', 'cable', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return { ipv4, ipv6, under: ['ip', 'netns', 'exec', name] };
  }

  /** Pulls a host's cable out of the switch: nothing is refused, nothing arrives. */
  unplug(host: Host): void {
    this.#setPort(host, 'down');
  }

  plugIn(host: Host): void {
    this.#setPort(host, 'up');
  }

  /** Deleting a namespace deletes its end of a cable, and so the cable. */
  remove(): void {
    for (const name of this.#names.splice(0)) spawnSync('ip', ['netns', 'delete', name]);
  }

  /** Why this machine cannot have hosts; undefined when it can, or when it must. */
  static obstacle(): string | undefined {
    if (process.env.CI === 'true') return undefined;
    if (process.getuid?.() !== 0) return 'needs root, for network namespaces';
    if (spawnSync('ip', ['-V']).error !== undefined) return 'needs ip, of the package iproute2';
    try {
      const hosts = new Hosts();
      ip('netns', 'add', hosts.#name('try'));
      ip('netns', 'delete', hosts.#name('try'));
      return undefined;
    } catch (error) {
      return `needs network namespaces: ${String(error)}`;
    }
  }

  #setPort({ ipv4 }: Host, state: 'up' | 'down'): void {
    const number = ipv4.slice(ipv4.lastIndexOf('.') + 1);
    ip('-n', this.#switch, 'link', 'set', `port${number}`, state);
  }

  #name(what: string): string {
    return `fio-${what}-${this.#id}`;
  }

  #addSwitch(): void {
    removeLeftOver();
    ip('netns', 'add', this.#switch);
    this.#names.push(this.#switch);
    ip('-n', this.#switch, 'link', 'add', 'bridge', 'type', 'bridge');
    ip('-n', this.#switch, 'link', 'set', 'bridge', 'up');
  }
}

/** What a test run has left that was killed. */
function removeLeftOver(): void {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const [name = ''] of stdout.split('\n').map((line) => line.split(' '))) {
    const owner = NAME.exec(name)?.[1];
    if (owner !== undefined && !isAlive(parseInt(owner, 36))) {
      spawnSync('ip', ['netns', 'delete', name]);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function ip(...words: string[]): void {
  const { status, stderr, error } = spawnSync('ip', words, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}
