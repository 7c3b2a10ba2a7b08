// Loads TypeScript by swc alone, for processes of which there are many: ts-node loads the compiler
// too, which takes longer than all the rest.
/* eslint-disable @typescript-eslint/no-require-imports -- node -r takes CommonJS only */
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

const OPTIONS = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...OPTIONS, filename });
  module._compile(code, filename);
};
