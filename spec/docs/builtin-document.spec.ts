import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Builtin, type ServiceDesc, type ServiceTypes } from '../../src/rpc/index';
import { emitPython } from '../../src/idl/emit-python/emit';
import { builtinTypes } from '../../src/rpc/builtin-types';
import { modelOf, SYNTAX } from '../idl/support/compile';
import { GeneratedFolder } from '../idl/support/load';

const DOCUMENT = readFileSync(join(__dirname, '..', '..', 'docs', 'PROTOCOL.md'), 'utf8');

describe('service 0 in docs/PROTOCOL.md', () => {
  const [, proto = ''] = /```proto\n(service Builtin[^]*?)```/.exec(DOCUMENT) ?? [];
  const generated = new GeneratedFolder();
  const { model } = modelOf({ 'builtin.proto': `${SYNTAX}package fio; ${proto}` });
  let documented: ServiceDesc;
  before(() => {
    documented = generated.load(model).Builtin as unknown as ServiceDesc;
  });
  after(() => generated.remove());

  /** By name; what is said for people is not compared. */
  function plain({ messages, enums }: ServiceTypes): unknown {
    const byName = <T extends { name: string }>(all: readonly T[]): Map<string, T> =>
      new Map([...all].sort((a, b) => (a.name < b.name ? -1 : 1)).map((one) => [one.name, one]));
    const silent = JSON.parse(
      JSON.stringify({ messages: [...byName(messages)], enums: [...byName(enums)] }),
      (key, value: unknown) => (key === 'comment' ? undefined : value),
    ) as unknown;
    return silent;
  }

  it('has the messages and enums that Describe tells of it', () =>
    expect(plain(documented.types!())).to.deep.equal(plain(builtinTypes())));

  it('is what the Python peer was generated from, but for the number 0', () => {
    const file = join(__dirname, '..', '..', 'python', 'fio', 'builtin_types.py');
    // A comment of their own, and the number, which no .proto can give.
    const compared = (text: string) =>
      text.replace(/^#.*/, '').replace(/("fio\.Builtin",\s*id=)\d+/, '$10');
    const python = emitPython(model.files[0]!, model);
    expect(compared(readFileSync(file, 'utf8'))).to.equal(compared(python));
  });

  it('has the methods of the code, with their numbers and kinds', () => {
    const methods = ({ methods: all }: ServiceDesc) =>
      Object.entries(all).map(([local, { name, id, kind, input, output }]) => [
        ...[local, name, id, kind],
        ...[input.name, output.name],
      ]);
    expect(methods(documented)).to.deep.equal(methods(Builtin));
  });

  it('has messages that the codecs of the code read and write alike', () => {
    for (const [local, { output, input }] of Object.entries(documented.methods)) {
      const ours = (Builtin as ServiceDesc).methods[local]!;
      expect([input.bytesMin, output.bytesMin]).to.deep.equal([
        ours.input.bytesMin,
        ours.output.bytesMin,
      ]);
      expect(Object.keys(ours.output.zero() as object)).to.deep.equal(
        Object.keys(output.zero() as object),
      );
    }
  });
});
