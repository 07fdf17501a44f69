import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { runtime } from './records-template';

describe('AuditLedgerLocked', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('AuditLedgerLocked', resources, around);

  test('a runtime’s ledger, witness and trail files that are locked are fine', () =>
    expect(lines(runtime)).toEqual([]));

  test.each(['Ledger', 'Witness', 'Files'])('%s doesn’t drop out of the rule together with its lock', (id) => {
    const open = changed(
      changed(runtime, [id, 'Properties', 'ObjectLockEnabled'], undefined),
      [id, 'Properties', 'ObjectLockConfiguration'],
      undefined,
    );
    expect(lines(open)).toEqual([
      expect.stringContaining(`${id} Properties.ObjectLockEnabled: Object Lock is not set`),
      expect.stringContaining('not locked by default'),
    ]);
  });

  test.each<[string, JsonObject, boolean]>([
    ['expires after a day', { ExpirationInDays: 1 }, false],
    ['expires at a date', { ExpirationDate: '2030-01-01T00:00:00Z' }, false],
    ['drops old versions after a day', { NoncurrentVersionExpiration: { NoncurrentDays: 1 } }, false],
    ['expires when nobody knows', { ExpirationInDays: { Ref: 'Unknown' } }, false],
    ['expires when the lock has ended', { ExpirationInDays: 365 }, true],
    ['moves to cheaper storage', { Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 30 }] }, true],
    ['is switched off', { Status: 'Disabled', ExpirationInDays: 1 }, true],
  ])('a lifecycle rule that %s', (_name, rule, fine) => {
    const path = ['Ledger', 'Properties', 'LifecycleConfiguration'];
    const found = lines(changed(runtime, path, { Rules: [{ Status: 'Enabled', ...rule }] }), UNKNOWN_PARAMETER);
    expect(found).toHaveLength(fine ? 0 : 1);
  });

  test('an entry or a checkpoint that can be written over is found', () => {
    for (const id of ['Ledger', 'Witness']) {
      const statement = [`${id}Policy`, 'Properties', 'PolicyDocument', 'Statement', 1];
      for (const [path, value] of [
        [[], undefined],
        [['Effect'], 'Allow'],
        [['Resource'], { 'Fn::Sub': `\${${id}.Arn}/other/*` }],
        [['Condition', 'Null', 's3:if-none-match'], 'false'],
        [['Condition', 'Bool'], { 'aws:SecureTransport': 'true' }],
        [['Action'], { Ref: 'Unknown' }],
      ] as [string[], unknown][]) {
        expect(lines(changed(runtime, [...statement, ...path], value), UNKNOWN_PARAMETER)).toEqual([
          expect.stringContaining('can be overwritten'),
        ]);
      }
    }
  });
});
