import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { emitTypeScript } from '../../src/idl/emit-typescript/emit';
import { compileTexts, modelOf, SYNTAX, typeScriptOf, type Texts } from './support/compile';

const GOLDEN = join(__dirname, 'golden');
const PACKAGE = { codec: 'fio-rpc', method: 'fio-rpc', suffix: '' };

function importsOf(texts: Texts, name: string, modules = PACKAGE): string[] {
  const file = modelOf(texts).model.files.find((one) => one.name === name);
  return emitTypeScript(file!, modules)
    .split('\n')
    .filter((line) => line.startsWith('import'));
}

describe('emitTypeScript', () => {
  it('makes of shop.proto what golden/shop.ts.txt holds', () => {
    const text = readFileSync(join(GOLDEN, 'shop.proto'), 'utf8');
    const [file] = modelOf({ 'shop.proto': text }).model.files;
    const golden = readFileSync(join(GOLDEN, 'shop.ts.txt'), 'utf8');
    expect(emitTypeScript(file!, PACKAGE)).to.equal(golden);
  });
  it('compiles a service in snake_case and without options, with derived ids', () => {
    const result = compileTexts({
      'hello.proto': `syntax = "proto3";
package hello;
service DoStuff { rpc say_hello (HelloRequest) returns (HelloReply) {} rpc say_hello_again (HelloRequest) returns (HelloReply) {} }
message HelloRequest { int32 pid = 1; }
message HelloReply { string retval = 1; }
`,
    });
    const service = result.ok ? result.model.files[0]?.services[0] : undefined;
    expect(service?.methods.map((method) => [method.id, method.name])).to.deep.equal([
      [1, 'say_hello'],
      [2, 'say_hello_again'],
    ]);
  });
  it('calls methods as TypeScript does', () => {
    const text = typeScriptOf('message M {} service S { rpc say_hello_again (M) returns (M); }');
    expect(text).to.contain("    sayHelloAgain: {\n      name: 'say_hello_again',");
  });
  it('imports nothing for enums alone', () => {
    expect(importsOf({ 'a.proto': `${SYNTAX}enum E { A = 0; }` }, 'a.proto')).to.deep.equal([]);
  });
  it('makes nothing but a heading of an empty file', () => {
    expect(typeScriptOf('')).to.equal('// Made by `fio stubs` from a.proto; do not edit.\n');
  });
  it('imports only what is used, and types as types', () => {
    const texts = { 'a.proto': `${SYNTAX}message M { int32 a = 1; }` };
    expect(importsOf(texts, 'a.proto')).to.deep.equal([
      "import type { MessageCodec } from 'fio-rpc';",
    ]);
  });
  it('imports from two modules where the runtime is a folder', () => {
    const texts = { 'a.proto': `${SYNTAX}message M { map<int32, M> a = 1; } service S {}` };
    const modules = { codec: '../wire/codec.js', method: '../rpc/method.js', suffix: '.js' };
    expect(importsOf(texts, 'a.proto', modules)).to.deep.equal([
      "import { addEntry, type MessageCodec } from '../wire/codec.js';",
      "import type { ServiceDesc, ServiceTypes } from '../rpc/method.js';",
    ]);
  });
  const two: Texts = {
    'x/a.proto': `${SYNTAX}package a; import "y/b.proto"; message M { b.M b = 1; b.E e = 2; b.Fine f = 3; }`,
    'y/b.proto': `${SYNTAX}package b; message M {} enum E { A = 0; } message Fine {}`,
  };
  it("imports another file's types, under another name where its own is taken", () => {
    expect(importsOf(two, 'x/a.proto').slice(1)).to.deep.equal([
      "import { E, Fine, M as b_M } from './b';",
    ]);
  });
  it('writes the suffix behind the names of other stubs', () => {
    const modules = { ...PACKAGE, suffix: '.js' };
    expect(importsOf(two, 'x/a.proto', modules)[1]).to.match(/ from '\.\/b\.js';$/);
  });
  it('escapes the end of a comment', () => {
    expect(typeScriptOf('// a */ b */\nmessage M {}')).to.contain('/** a *\\/ b *\\/ */');
  });
  it('joins the lines of a comment, and keeps the empty ones', () => {
    const text = typeScriptOf('// a\n//\n// b\nmessage M {}');
    expect(text).to.contain('/**\n * a\n *\n * b\n */\nexport interface M {}');
  });
  it('takes the comment behind a field', () => {
    expect(typeScriptOf('message M { int32 a = 1; // its text\n}')).to.contain(
      '  /** its text */\n  a: number;',
    );
  });
  it('marks what is deprecated', () => {
    const text = typeScriptOf(
      'message M { option deprecated = true; int32 a = 1 [deprecated = true]; }',
    );
    expect(text).to.contain('/** @deprecated */\nexport interface M {\n  /** @deprecated */\n');
  });
  it('gives the same text, in whatever sequence the files come', () => {
    const turned = Object.fromEntries(Object.entries(two).reverse());
    const texts = [two, turned].map((one) =>
      modelOf(one)
        .model.files.map((file) => emitTypeScript(file, PACKAGE))
        .sort(),
    );
    expect(texts[0]).to.deep.equal(texts[1]);
  });
  it("imports a type that is called like JavaScript's under another name", () => {
    const texts = {
      'a.proto': `${SYNTAX}import "b.proto"; message M { b.Map b = 1; map<int32, b.Map> c = 2; }`,
      'b.proto': `${SYNTAX}package b; message Map {}`,
    };
    expect(importsOf(texts, 'a.proto')[1]).to.equal("import { Map as b_Map } from './b';");
  });
});
