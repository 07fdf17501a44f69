import { loosePatterns } from '../../../../runtime/core/cedar/loose-patterns';

const policy = (pattern: string) =>
  `permit (principal, action, resource) when { context.args.path like "${pattern}" };`;

test.each([
  ['/srv/share*', '/srv/share/*'],
  ['https://api.example.com*', 'https://api.example.com/*'],
  ['docs/team1*', 'docs/team1/*'],
  ['*example.com', '*.example.com'],
])('%s also matches other names', (pattern, write) => {
  expect(loosePatterns(policy(pattern))).toEqual([{ pattern, write }]);
});

test.each(['/srv/share/*', 'T-*', 'T*', '*@example.com', '*.example.com', '*', '/srv/*/share', '/a\\*', '*urgent*'])(
  '%s doesn’t',
  (pattern) => {
    expect(loosePatterns(policy(pattern))).toEqual([]);
  },
);

test('a pattern in a comment is none, and each is named once', () => {
  expect(loosePatterns(`// like "/a/b*"\n${policy('/c/d*')}${policy('/c/d*')}`)).toHaveLength(1);
});
