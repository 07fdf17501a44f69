import { audit } from './audited-copy';

const BUCKETS = ['--ledger-bucket', 'l', '--evidence-bucket', 'e'];

test.each([
  [[...BUCKETS], /--session/],
  [['--session', '../x', ...BUCKETS], /--session is "\.\.\/x"/],
  [['--session', 's-1', '--request', '../x', ...BUCKETS], /--request is "\.\.\/x"/],
  [['--session', 's-1', '--evidence-bucket', 'e'], /--ledger-bucket/],
  [['--session', 's-1', '--ledger-bucket', 'l'], /--evidence-bucket/],
  [['--session', 's-1', '--dir', 'copy', ...BUCKETS], /Unknown option "--dir"/],
])('%j is wrong usage, and nothing is erased', async (args, message) => {
  const { code, err } = await audit('erase', ...args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});
