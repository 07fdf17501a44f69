// Who may import whom. Type-only imports count too: to understand one file, a reader has to know the other.
const inFolders = (...names) => `^(${names.join('|')})/`;
const CDK = '(^|/)node_modules/(aws-cdk-lib|constructs|cdk-nag)/';
const CONSTRUCTS = 'approvals|connectors|gate|ledger|network|private|sandbox';

const rules = [
  {
    name: 'no-cycle',
    comment: 'Files that need each other are one file, or need a third for what they share.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'core-is-pure',
    comment:
      'runtime/core decides without AWS, input or output, clock or randomness, so that every decision can be tested and repeated.',
    from: { path: '^runtime/core/' },
    to: {
      pathNot: [
        '^runtime/core/',
        '(^|/)node_modules/(ajv|ajv-formats)/',
        // `#cedar` of package.json.
        '^build/cedar/',
        '^(node:)?(crypto|util|v8|zlib)$',
      ],
    },
  },
  {
    name: 'runtime-stands-alone',
    comment: 'Code that runs in Lambda and in the task doesn’t know the constructs that deploy it.',
    from: { path: '^runtime/' },
    to: { path: [CDK, inFolders('lib', 'bin', 'benchmarks', 'examples', 'scripts', 'test')] },
  },
  {
    name: 'lib-takes-core-only',
    comment: 'Constructs deploy bundles. They share only types and pure functions with that code.',
    from: { path: '^lib/' },
    to: { path: ['^runtime/(?!core/)', inFolders('bin', 'benchmarks', 'examples', 'scripts', 'test')] },
  },
  {
    name: 'bin-before-benchmarks',
    comment: 'benchmarks → bin → lib → runtime. bin/app.ts deploys the quickstart.',
    from: { path: '^bin/' },
    to: {
      path: inFolders('benchmarks', 'scripts', 'test', 'examples'),
      pathNot: '^examples/quickstart/quickstart-stack',
    },
  },
  {
    name: 'template-stands-alone',
    comment: 'Checks and prove both build on the model of a template.',
    from: { path: '^lib/template/' },
    to: { path: [CDK, '^lib/(?!template/)'] },
  },
  {
    name: 'checks-read-templates',
    comment:
      'Checks and prove judge the template alone. It doesn’t matter which construct made it. What they share with constructs is in lib/private.',
    from: { path: '^lib/(checks|prove)/' },
    to: { path: `^lib/(?!checks/|prove/|template/|private/)` },
  },
  {
    name: 'checks-before-prove',
    comment: 'prove uses the facts of the checks. Checks never use prove.',
    from: { path: '^lib/checks/' },
    to: { path: '^lib/prove/' },
  },
  {
    name: 'facts-before-rules',
    comment: 'facts → judge → rules: what is in the template, what it means, and what must hold.',
    from: { path: '^lib/checks/(facts|judge)/' },
    to: { path: '^lib/checks/rules/' },
  },
  {
    name: 'constructs-before-checks',
    comment: 'Checks read the template of a construct. The construct doesn’t know its checks.',
    from: { path: `^lib/(${CONSTRUCTS})/` },
    to: { path: '^lib/(checks|cost|prove|template)/' },
  },
];

module.exports = {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '\\.d\\.ts$' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
  },
};
