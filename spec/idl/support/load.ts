import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { emitTypeScript } from '../../../src/idl/emit-typescript/emit';
import type { RuntimeModules } from '../../../src/idl/emit-typescript/file-names';
import type { Model } from '../../../src/idl/model';
import { moduleName } from '../../../src/idl/names';
import type { MessageCodec } from '../../../src/wire/codec';

const SRC = resolve(__dirname, '../../../src');
const REPOSITORY: RuntimeModules = {
  codec: join(SRC, 'wire/codec'),
  method: join(SRC, 'rpc/method'),
  suffix: '',
};

/** A message without its type, as the specs make it up. */
export type Value = Record<string, unknown>;
export type Module = Readonly<Record<string, MessageCodec<Value>>>;

/**
 * A folder for generated modules, in which Node takes them for CommonJS. It is made when it is
 * first used: a describe() of which no test is run has no end in which to remove it.
 */
export class GeneratedFolder {
  private path: string | undefined;
  private made = 0;

  remove(): void {
    if (this.path !== undefined) rmSync(this.path, { recursive: true, force: true });
  }

  private make(): string {
    const path = mkdtempSync(join(tmpdir(), 'fio-stubs-'));
    writeFileSync(join(path, 'package.json'), '{ "type": "commonjs" }');
    return path;
  }

  /** Writes the modules of a model into a folder of their own. Returns their paths. */
  write(model: Model): string[] {
    this.path ??= this.make();
    const folder = join(this.path, String(this.made++));
    mkdirSync(folder);
    return model.files.map((file) => {
      const path = join(folder, `${moduleName(file.name)}.ts`);
      writeFileSync(path, emitTypeScript(file, REPOSITORY));
      return path;
    });
  }

  /** What the modules of a model export, all together. */
  load(model: Model): Module {
    const load = createRequire(__filename) as (path: string) => Module;
    return Object.assign({}, ...this.write(model).map(load)) as Module;
  }
}
