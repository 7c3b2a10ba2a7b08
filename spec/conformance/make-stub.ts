// The stub that is in gen/: `npx ts-node spec/conformance/make-stub.ts` makes it again. It is kept
// in the repository, so that the types are there before anything has run; stub.spec.ts compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { compile } from '../../src/idl/compile';
import { emitTypeScript } from '../../src/idl/emit-typescript/emit';

const PROTO = 'conformance.proto';
/** Where the stub is, with the runtime that it imports as seen from there. */
export const STUB_PATH = join(__dirname, 'gen', 'conformance.ts');
const RUNTIME = { codec: '../../../src/wire/codec', method: '../../../src/rpc/method', suffix: '' };
/** The rules are for what people write; types and behaviour of generated code are checked elsewhere. */
const HEAD = '/* eslint-disable */\n';

/** The text of the stub, formatted as the whole repository is. */
export async function makeStub(): Promise<string> {
  const path = join(__dirname, PROTO);
  const result = compile([{ path, name: PROTO, text: readFileSync(path, 'utf8') }]);
  if (!result.ok) throw new Error(result.problems.map(({ text }) => text).join('\n'));
  const [file] = result.model.files;
  if (file === undefined) throw new Error(`${PROTO} was not compiled`);
  const text = HEAD + emitTypeScript(file, RUNTIME);
  return format(text, { ...(await resolveConfig(STUB_PATH)), parser: 'typescript' });
}

if (require.main === module) void makeStub().then((text) => writeFileSync(STUB_PATH, text));
