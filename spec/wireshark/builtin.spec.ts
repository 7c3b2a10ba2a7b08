import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitTables } from '../../src/idl/emit-wireshark';
import { modelOf, SYNTAX } from '../idl/support/compile';
import { ROOT } from './support/tshark';

describe('wireshark/fio/builtin.lua', () => {
  it('has the tables of service 0 in docs/PROTOCOL.md', () => {
    const document = readFileSync(join(ROOT, 'docs/PROTOCOL.md'), 'utf8');
    const [, proto = ''] = /```proto\n(service Builtin[^]*?)```/.exec(document) ?? [];
    const { model } = modelOf({ 'builtin.proto': `${SYNTAX}package fio; ${proto}` });
    // A .proto cannot say 0: no other service may have it.
    const tables = emitTables(model).map((one) =>
      one.replace(/^fio\.services\[\d+\]/, 'fio.services[0]'),
    );
    const lua = readFileSync(join(ROOT, 'wireshark/fio/builtin.lua'), 'utf8');
    expect(lua.replaceAll(/^--.*\n+/gm, '')).to.equal(`${tables.join('\n')}\n`);
  });
});
