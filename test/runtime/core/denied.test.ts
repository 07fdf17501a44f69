import { DENIAL_CODES } from '../../../runtime/core/contracts';
import { DENIAL_REASONS, Denied } from '../../../runtime/core/denied';

test.each(DENIAL_CODES)('%s has a reason of one or two sentences', (code) => {
  expect(DENIAL_REASONS[code]).toMatch(/^[A-Z].+\.$/);
  expect(new Denied(code)).toMatchObject({ code, reason: DENIAL_REASONS[code], allowed: undefined });
});

test('carries the step’s own reason and what would be allowed', () => {
  const denied = new Denied('OUT_OF_SCOPE', { reason: 'Not granted.', allowed: 'Tools: read.' });
  expect(denied).toMatchObject({ code: 'OUT_OF_SCOPE', reason: 'Not granted.', allowed: 'Tools: read.' });
  expect(denied).toBeInstanceOf(Error);
});
