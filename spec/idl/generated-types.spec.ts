import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import * as ts from 'typescript';
import { modelOf, SYNTAX } from './support/compile';
import { GeneratedFolder } from './support/load';
import { decode, encode } from './support/run';
import { expectHex } from '../support/hex';

const REPOSITORY = resolve(__dirname, '../..');

/** Messages that are called like everything that the generated code uses. */
const NAMES = `${SYNTAX}package names;
message Map { map<string, Map> map = 1; map<int64, bytes> other = 2; }
message Uint8Array { bytes a = 1; optional bytes b = 2; repeated bytes c = 3; oneof d { bytes e = 4; } }
message Partial { Partial a = 1; }
message TypeError { oneof a { TypeError b = 1; String c = 2; } }
message String { string a = 1; }
message MessageCodec { repeated MessageCodec a = 1; }
message MethodDesc { } message ServiceDesc { } message addEntry { } message fio_addEntry { }
message Number { int32 class = 1; int32 value = 2; int32 name = 3; optional int32 await = 4; }
service Service { rpc Read (MethodDesc) returns (stream ServiceDesc); rpc arguments (Map) returns (Map); }
service Empty { }
`;
const KINDS = `${SYNTAX}package kinds;
import "names.proto";
enum Color { RED = 0; BLUE = 1; }
message All {
  int32 number = 1; int64 big = 2; uint64 safe = 3 [jstype = JS_NUMBER]; bytes data = 4;
  optional string maybe = 5; All next = 6; repeated Color colors = 7; map<bool, names.Map> maps = 8;
  oneof choice { string text = 9; Color color = 10; All all = 11; }
}
message Map { names.Map outer = 1; names.String text = 2; }
service Calls {
  rpc One (All) returns (Map); rpc Down (All) returns (stream Map);
  rpc Up (stream All) returns (Map); rpc Both (stream All) returns (stream Map);
}
`;
const USE = `
import type { MethodDesc } from '${REPOSITORY}/src/rpc/method';
import { All, Calls, Color, Map as KindsMap } from './kinds';

export const all: All = { number: 1, big: 2n, safe: 3, data: new Uint8Array(1), colors: [Color.BLUE], maps: new Map() };
export const more: All = { ...all, maybe: undefined, next: all, choice: { case: 'all', value: all } };
export const some: All = All.create({ number: 1, choice: { case: 'color', value: Color.RED } });
export const map: KindsMap = {};
// @ts-expect-error a field that is not optional is missing
export const none: All = {};
// @ts-expect-error a bigint is no number
export const big: All = { ...all, big: 2 };
// @ts-expect-error JS_NUMBER is no bigint
export const safe: All = { ...all, safe: 2n };
// @ts-expect-error the value is another case's
export const choice: All = { ...all, choice: { case: 'text', value: all } };
// @ts-expect-error there is no such case
export const unknown: All = { ...all, choice: { case: 'maps', value: all } };

type Describe<S extends { methods: object }> = {
  [M in keyof S['methods']]: S['methods'][M] extends MethodDesc<infer I, infer O, infer K> ? [I, O, K] : never;
};
export const calls: Describe<typeof Calls> = {
  one: [all, map, 'unary'],
  down: [all, map, 'server-streaming'],
  up: [all, map, 'client-streaming'],
  both: [all, map, 'bidirectional'],
};
// @ts-expect-error the kind is another one
export const kind: Describe<typeof Calls>['one'] = [all, map, 'bidirectional'];
// @ts-expect-error the output is another one
export const output: Describe<typeof Calls>['one'] = [all, all, 'unary'];
export const id: number = Calls.id;
`;

describe('the types of generated code', function () {
  this.timeout(60_000);
  const folder = new GeneratedFolder();
  const { model } = modelOf({ 'names.proto': NAMES, 'kinds.proto': KINDS });
  after(() => folder.remove());

  it('satisfy the compiler at its strictest, and refuse what is wrong', () => {
    const paths = folder.write(model);
    const use = join(dirname(paths[0]!), 'use.ts');
    writeFileSync(use, USE);
    expect(diagnose([...paths, use])).to.deep.equal([]);
  });
  it('may be named like everything that the code uses', () => {
    const { Map: MapCodec } = folder.load({ files: model.files.slice(0, 1) });
    const value = {
      map: new Map([['a', { map: new Map(), other: new Map() }]]),
      other: new Map([[1n, Uint8Array.of(7)]]),
    };
    const bytes = encode(MapCodec!, value);
    expectHex(
      bytes,
      `00000001  00000001 61  00000008 00000000 00000000
       00000001  00000000 00000001  00000001 07`,
    );
    expect(decode(MapCodec!, bytes)).to.deep.equal(value);
  });
  it('throw an Error that is one, in spite of a message of this name', () => {
    const { TypeError: TypeErrorCodec } = folder.load({ files: model.files.slice(0, 1) });
    const value = { a: { case: 'nope', value: 1 } };
    expect(() => encode(TypeErrorCodec!, value)).to.throw(TypeError, 'oneof a has no case nope');
  });
  it('create messages of own properties only', () => {
    const { String: StringCodec } = folder.load({ files: model.files.slice(0, 1) });
    const inherited = Object.create({ a: 'from the prototype' }) as Record<string, unknown>;
    expect(StringCodec!.create(inherited)).to.deep.equal({ a: '' });
  });
  it('create the default of what is given as undefined', () => {
    const { String: StringCodec } = folder.load({ files: model.files.slice(0, 1) });
    expect(StringCodec!.create({ a: undefined })).to.deep.equal({ a: '' });
  });
  it('read an unknown case as none', () => {
    const { TypeError: TypeErrorCodec } = folder.load({ files: model.files.slice(0, 1) });
    const bytes = Buffer.from('00070000000401020304', 'hex');
    expect(decode(TypeErrorCodec!, bytes)).to.deep.equal({ a: undefined });
  });
});

/** What the TypeScript compiler says with the options of this repository. */
function diagnose(paths: readonly string[]): string[] {
  const file = ts.readConfigFile(join(REPOSITORY, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  );
  const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, REPOSITORY);
  const program = ts.createProgram(paths, { ...options, types: [], rootDir: '/' });
  return ts
    .getPreEmitDiagnostics(program)
    .filter((one) => one.file === undefined || paths.includes(one.file.fileName))
    .map((one) => {
      const line = one.file?.getLineAndCharacterOfPosition(one.start ?? 0).line ?? 0;
      return `${one.file?.fileName ?? ''}:${line + 1} ${ts.flattenDiagnosticMessageText(one.messageText, '\n')}`;
    });
}
