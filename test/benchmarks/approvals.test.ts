import { isDecidedTwice } from '../../benchmarks/approvals/decided';

const by = (code: string, ...approvers: string[]) => ({ code, approvers });

test.each([
  ['a refused attempt before the approval', false, [by('OWN_REQUEST', 'maria'), by('APPROVED', 'paul')]],
  ['a refused attempt, and the time is over', false, [by('OWN_REQUEST', 'maria'), by('EXPIRED')]],
  ['two people for one call', false, [by('PARTLY_APPROVED', 'maria'), by('APPROVED', 'paul')]],
  ['one person for two', true, [by('PARTLY_APPROVED', 'maria'), by('APPROVED', 'maria')]],
  ['one approval twice', true, [by('APPROVED', 'maria'), by('APPROVED', 'maria')]],
  ['half an approval twice', true, [by('PARTLY_APPROVED', 'maria'), by('PARTLY_APPROVED', 'maria')]],
  ['two people who each end it', true, [by('APPROVED', 'maria'), by('DENIED', 'paul')]],
  ['an approval after the time', true, [by('APPROVED', 'maria'), by('EXPIRED')]],
])('%s', (_what, twice, decided) => {
  expect(isDecidedTwice(decided)).toBe(twice);
});
