import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { emitPython } from '../../src/idl/emit-python/emit';
import { snakeCase } from '../../src/idl/emit-python/names';
import { modelOf, SYNTAX, type Texts } from './support/compile';

const GOLDEN = join(__dirname, 'golden');

function pythonOf(texts: Texts, name: string): string {
  const { model } = modelOf(texts);
  const file = model.files.find((one) => one.name === name);
  return emitPython(file!, model);
}

describe('emitPython', () => {
  it('makes of shop.proto what golden/shop.py.txt holds', () => {
    const text = readFileSync(join(GOLDEN, 'shop.proto'), 'utf8');
    const golden = readFileSync(join(GOLDEN, 'shop.py.txt'), 'utf8');
    expect(pythonOf({ 'shop.proto': text }, 'shop.proto')).to.equal(golden);
  });

  it('refers to types of other files by their module', () => {
    const python = pythonOf(
      {
        'a-b.proto': `${SYNTAX} message A { int32 x = 1; }`,
        'c.proto': `${SYNTAX} import "a-b.proto"; message C { A a = 1; }`,
      },
      'c.proto',
    );
    expect(python).to.include('from . import a_b as _m_a_b\n');
    expect(python).to.include('    a: _m_a_b.A | None = None\n');
  });

  it('gives names that mean something to Python an underscore', () => {
    const python = pythonOf({ 'm.proto': `${SYNTAX} message M { int32 from = 1; }` }, 'm.proto');
    expect(python).to.include('class M:\n    from_: int = 0\n');
  });

  const NAMES = [
    ['ReadBalance', 'read_balance'],
    ['HTTPGet', 'http_get'],
    ['say_hello', 'say_hello'],
    ['Get2Items', 'get2_items'],
  ] as const;
  for (const [name, expected] of NAMES) {
    it(`calls ${name} ${expected}`, () => expect(snakeCase(name)).to.equal(expected));
  }
});
