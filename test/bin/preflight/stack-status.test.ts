import { StackStatus } from '@aws-sdk/client-cloudformation';
import { stateOf } from '../../../bin/preflight/stack-status';

const ALL = Object.values(StackStatus);
const fixOf = (status: StackStatus) => stateOf('Support', status).finding.fix ?? '';

test.each(ALL)('%s is known', (status) => {
  expect(stateOf('Support', status).finding.verdict).not.toBe('unknown');
});

test('a status that AWS adds is no pass', () => {
  expect(stateOf('Support', 'SOMETHING_NEW' as StackStatus).finding).toMatchObject({ verdict: 'unknown' });
});

test('only a stack that failed while it was created or deleted is deleted', () => {
  expect(ALL.filter((status) => fixOf(status).includes('delete-stack'))).toEqual(['DELETE_FAILED', 'ROLLBACK_FAILED']);
});

test('what runs or ran blocks or is updated, and what it owns isn’t new', () => {
  const fresh = ALL.filter((status) => !stateOf('Support', status).ownsResources);
  expect(fresh).toEqual(['DELETE_COMPLETE', 'REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE']);
});

/** Each waiter, and the statuses at which it ends: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/wait/ */
test.each([
  ['CREATE_IN_PROGRESS', 'wait stack-create-complete'],
  // stack-rollback-complete waits for UPDATE_ROLLBACK_COMPLETE, and would never see it.
  ['ROLLBACK_IN_PROGRESS', 'wait stack-create-complete'],
  ['UPDATE_IN_PROGRESS', 'wait stack-update-complete'],
  ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'wait stack-update-complete'],
  ['UPDATE_ROLLBACK_IN_PROGRESS', 'wait stack-rollback-complete'],
  ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'wait stack-rollback-complete'],
  ['IMPORT_IN_PROGRESS', 'wait stack-import-complete'],
  ['DELETE_IN_PROGRESS', 'wait stack-delete-complete'],
  ['UPDATE_ROLLBACK_FAILED', 'continue-update-rollback'],
  ['ROLLBACK_FAILED', 'delete-stack'],
  ['DELETE_FAILED', 'delete-stack'],
] as const)('%s: %s', (status, command) => {
  expect(fixOf(status)).toBe(`aws cloudformation ${command} --stack-name Support`);
});

test.each(['CREATE_FAILED', 'UPDATE_FAILED'] as const)('%s is rolled back', (status) => {
  expect(fixOf(status)).toBe('npx cdk rollback Support, or deploy again with --no-rollback');
});
