import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { account, deny, ledger, notDeployer } from './ledger-template';

describe('AuditKeysGuarded', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('AuditKeysGuarded', resources, around);
  const statements = ['Key', 'Properties', 'KeyPolicy', 'Statement'];

  test('a guarded key is fine, and one that isn’t the ledger’s is left alone', () => {
    expect(lines(ledger)).toEqual([]);
    expect(lines({ Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [account] } } } })).toEqual([]);
  });

  test('deletion, disabling and a policy that anyone may change are found', () => {
    expect(lines(changed(ledger, [...statements, 1], deny(['kms:DisableKey'])))).toEqual([
      expect.stringContaining("kms:ScheduleKeyDeletion isn't denied"),
    ]);
    expect(lines(changed(ledger, [...statements, 1], deny(['kms:ScheduleKeyDeletion'])))).toEqual([
      expect.stringContaining("kms:DisableKey isn't denied"),
    ]);
    expect(lines(changed(ledger, [...statements, 2], account))).toEqual([
      expect.stringContaining('kms:PutKeyPolicy isn’t denied'),
    ]);
  });

  const sparing = (...arns: unknown[]) =>
    changed(
      ledger,
      [...statements, 1],
      deny(['kms:ScheduleKeyDeletion', 'kms:DisableKey'], { ArnNotLike: { 'aws:PrincipalArn': arns } } as JsonObject),
    );

  test('one emergency role may be exempt; several roles or an unknown one may not', () => {
    const breakGlass = 'arn:aws:iam::111122223333:role/break-glass';
    expect(lines(sparing(breakGlass))).toEqual([]);
    for (const arns of [[breakGlass, 'arn:aws:iam::111122223333:role/other'], ['arn:aws:iam::111122223333:role/b*']]) {
      expect(lines(sparing(...arns))).toEqual([
        expect.stringContaining('kms:ScheduleKeyDeletion is left to more than one named role'),
        expect.stringContaining('kms:DisableKey is left to more than one named role'),
      ]);
    }
    expect(lines(sparing({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toHaveLength(2);
  });

  test('the role that may change the policy may also delete the key, beside the emergency role, but not disable it', () => {
    const deployer = 'arn:aws:iam::111122223333:role/deploy';
    const breakGlass = 'arn:aws:iam::111122223333:role/break-glass';
    const guarded = (deleting: string[], disabling: string[], changing: string[]) => {
      const sparing = (actions: string[], arns: string[]) =>
        deny(actions, { ArnNotLike: { 'aws:PrincipalArn': arns } } as JsonObject);
      const deletion = changed(ledger, [...statements, 1], sparing(['kms:ScheduleKeyDeletion'], deleting));
      const policy = changed(deletion, [...statements, 2], sparing(['kms:PutKeyPolicy'], changing));
      return lines(changed(policy, [...statements, 0], sparing(['kms:DisableKey'], disabling)));
    };
    const both = [breakGlass, deployer];
    expect(guarded(both, [breakGlass], both)).toEqual([]);
    expect(guarded(both, [breakGlass], ['arn:aws:iam::111122223333:role/other'])).toEqual([
      expect.stringContaining('kms:ScheduleKeyDeletion is left to more than one named role'),
    ]);
    expect(guarded([...both, 'arn:aws:iam::111122223333:role/other'], [breakGlass], both)).toHaveLength(1);
    expect(guarded(both, both, both)).toEqual([expect.stringContaining('kms:DisableKey is left to more than one')]);
  });

  const signing = (...more: unknown[]): JsonObject => {
    const guards = [deny(['kms:ScheduleKeyDeletion', 'kms:DisableKey']), deny(['kms:PutKeyPolicy'], notDeployer)];
    return {
      Sealer: { Type: 'AWS::IAM::Role', Properties: {} },
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: { KeyUsage: 'SIGN_VERIFY', KeyPolicy: { Statement: [...guards, ...more] as JsonObject[] } },
      },
    };
  };
  const sign = (principal: unknown) => ({
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: 'kms:Sign',
    Resource: '*',
  });
  const onlySealer = deny(['kms:Sign'], {
    ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Sealer', 'Arn'] } } as JsonObject,
  });

  test('a signing key of one role is fine: by a deny to the others, or by naming it alone', () => {
    expect(lines(signing(account, onlySealer))).toEqual([]);
    expect(lines(signing(sign({ 'Fn::GetAtt': ['Sealer', 'Arn'] })))).toEqual([]);
  });

  test('a signing key left to the account, or to two, is found', () => {
    expect(lines(signing(account))).toEqual([expect.stringContaining('kms:Sign is left to every role')]);
    const two = [sign({ 'Fn::GetAtt': ['Sealer', 'Arn'] }), sign('arn:aws:iam::111122223333:role/other')];
    expect(lines(signing(...two))).toEqual([expect.stringContaining('2 principals instead of one')]);
  });

  test('an unknown policy, statement or use of a key can’t be proven', () => {
    for (const path of [
      ['Key', 'Properties', 'KeyPolicy'],
      [...statements, 1],
      [...statements, 2],
    ]) {
      expect(lines(changed(ledger, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).not.toEqual([]);
    }
    const use = changed(signing(), ['Key', 'Properties', 'KeyUsage'], { Ref: 'Unknown' });
    expect(lines(use, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });
});
