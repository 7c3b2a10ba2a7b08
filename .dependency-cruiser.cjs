// Who may import whom: the table of docs/ARCHITECTURE.md, checked by `make test`.
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule('no-circular', {}, { circular: true }),
    rule(
      'wire-knows-nobody',
      { path: '^src/wire/' },
      { path: '^(src/(rpc|services|idl|opentelemetry)|bin|spec|bench)/' },
    ),
    rule(
      'wire-uses-only-buffers',
      { path: '^src/wire/' },
      { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|zlib)$' },
    ),
    rule(
      'rpc-knows-only-wire',
      { path: '^src/rpc/' },
      { path: '^(src/(services|idl|opentelemetry)|bin|spec|bench)/' },
    ),
    rule('client-not-server', { path: '^src/rpc/client/' }, { path: '^src/rpc/server/' }),
    rule('server-not-client', { path: '^src/rpc/server/' }, { path: '^src/rpc/client/' }),
    rule(
      'core-has-no-packages',
      { path: '^src/(wire|rpc)/' },
      { path: 'node_modules/(?!@types/node)' },
    ),
    rule(
      'rpc-core-modules',
      { path: '^src/rpc/' },
      {
        dependencyTypes: ['core'],
        pathNot:
          '^(node:)?(buffer|net|tls|crypto|events|dns|perf_hooks|async_hooks|diagnostics_channel|cluster|timers)$',
      },
    ),
    rule(
      'stubs-know-types-only',
      { path: '^src/(services|conformance)/gen/' },
      { path: '^src/', pathNot: '^src/(wire/codec|wire/byte-|rpc/method|services/gen/)' },
    ),
    rule(
      'services-use-rpc-by-its-index',
      { path: '^src/services/(?!gen/)' },
      { path: '^src/rpc/(?!index)' },
    ),
    rule('services-not-wire', { path: '^src/services/(?!gen/|messages/)' }, { path: '^src/wire/' }),
    rule('services-not-idl', { path: '^src/services/' }, { path: '^(src/idl|bin|spec|bench)/' }),
    rule(
      'opentelemetry-uses-rpc-by-its-index',
      { path: '^src/opentelemetry/' },
      { path: '^(src/(wire|services|idl|rpc/(?!index))|bin|spec|bench)/' },
    ),
    rule(
      'conformance-uses-rpc-by-its-index',
      { path: '^src/conformance/(?!gen/)' },
      { path: '^(src/(wire|services|idl|opentelemetry|rpc/(?!index))|bin|spec|bench)/' },
    ),
    rule(
      'nothing-needs-conformance',
      { path: '^src/(?!conformance/)' },
      { path: '^src/conformance/' },
    ),
    rule(
      'idl-knows-nobody',
      { path: '^src/idl/' },
      { path: '^(src/(wire|rpc|services)|bin|spec|bench)/' },
    ),
    rule('bin-uses-rpc-by-its-index', { path: '^bin/' }, { path: '^src/rpc/(?!index)' }),
    rule('src-not-bin', { path: '^src/' }, { path: '^(bin|spec|bench)/' }),
    rule(
      'no-dev-packages-in-the-product',
      { path: '^(src|bin)/' },
      // An optional peer is among the dev packages too, for the specs.
      {
        dependencyTypes: ['npm-dev'],
        pathNot: 'node_modules/(@types/|@opentelemetry/api/|better-sqlite3/|ink/|pg/|react/)',
      },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};
