import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { emitWireshark } from '../../../src/idl/emit-wireshark';
import type { Model } from '../../../src/idl/model';
import { readWiresharkParts } from '../../../bin/fio/wireshark-parts';
import { modelOf } from '../../idl/support/compile';
import { SERVER_PORT } from './capture';

const RUN_MS_MAX = 60_000;
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;
export const ROOT = resolve(__dirname, '../../..');

/** Frames on this port are Fio's, also where the preface is not in the capture. */
export const AS_FIO = ['-d', `tcp.port==${SERVER_PORT},fio`];

/** A test that needs tshark is skipped where there is none, and fails where there must be. */
export function needsTshark(context: Mocha.Context): void {
  if (process.env.CI !== 'true' && spawnSync('tshark', ['--version']).status !== 0) context.skip();
}

/** The model of .proto files of this repository, by their paths below src/services. */
export function modelOfServices(...paths: string[]): Model {
  const read = (path: string) => readFileSync(join(ROOT, 'src/services', path), 'utf8');
  return modelOf(Object.fromEntries(paths.map((path) => [path, read(path)]))).model;
}

/** tshark with a Lua script of its own, in a folder without anybody's settings and plugins. */
export class Tshark {
  private readonly folder = mkdtempSync(join(tmpdir(), 'fio-tshark-'));
  private readonly script = join(this.folder, 'script.lua');

  constructor(lua: string) {
    mkdirSync(join(this.folder, 'home'));
    writeFileSync(this.script, lua);
  }

  static forModel(model: Model): Tshark {
    return new Tshark(emitWireshark(model, readWiresharkParts()));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A file in the folder, for what tshark is to read. Returns its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** @throws Error with what it says on stderr, also for a Lua error in the script */
  run(capture: Uint8Array, ...args: string[]): string {
    const file = this.write('capture.pcap', capture);
    const { status, stdout, stderr, error } = spawnSync(
      'tshark',
      ['-n', '-X', `lua_script:${this.script}`, '-r', file, ...args],
      {
        encoding: 'utf8',
        timeout: RUN_MS_MAX,
        maxBuffer: OUTPUT_BYTES_MAX,
        env: { ...process.env, HOME: join(this.folder, 'home'), TZ: 'UTC' },
      },
    );
    if (error !== undefined) throw error;
    if (status !== 0 || /lua/i.test(stderr)) throw new Error(`tshark: ${status} ${stderr}`);
    return stdout;
  }

  /** The info column of each packet. */
  infos(capture: Uint8Array, ...args: string[]): string[] {
    return this.run(capture, '-T', 'fields', '-e', '_ws.col.Info', ...args)
      .trimEnd()
      .split('\n');
  }

  /** Packets in which the script failed or Wireshark found one of its own rules broken. */
  failures(capture: Uint8Array, ...args: string[]): string {
    return this.run(capture, '-Y', '_ws.lua.error || _ws.malformed', '-V', ...args);
  }
}

/** A field of a packet's tree: its name, what is shown of it, and its bytes. */
export interface ShownField {
  readonly name: string;
  readonly show: string;
  readonly hex: string;
}

/** The fields of each packet of `-T pdml`, in the sequence of the tree. */
export function readPdml(pdml: string): ShownField[][] {
  return pdml
    .split('<packet>')
    .slice(1)
    .map((packet) =>
      [...packet.matchAll(/<field name="(fio\.[^"]*)"([^>]*)>/g)].map(([, name, rest]) => ({
        name: name!,
        show: attribute(rest!, 'show'),
        hex: attribute(rest!, 'value'),
      })),
    );
}

function attribute(text: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1] ?? '';
}
