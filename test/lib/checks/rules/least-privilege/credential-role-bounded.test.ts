import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';

describe('LeastPrivilegeCredentialRoleBounded', () => {
  const lines = (resources: JsonObject, around?: JsonObject) =>
    linesOf('LeastPrivilegeCredentialRoleBounded', resources, around);
  const role = (action: string, boundary?: unknown): JsonObject => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: action, Resource: 'arn:x' } } }],
        ...(boundary === undefined ? {} : { PermissionsBoundary: boundary as JsonObject }),
      },
    },
    Gate: {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { AGENT_ROLE_NAME: 'agent' } } },
    },
    Executor: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: { Variables: { CREDENTIAL_SECRET_ARN: 'arn:x' } },
      },
    },
  });

  const bounded = (...actions: unknown[]): JsonObject => ({
    ...role('secretsmanager:GetSecretValue', { Ref: 'Boundary' }),
    Boundary: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: actions as JsonObject[], Resource: '*' },
            { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
          ],
        },
      },
    },
  });

  test('a role that reads a secret needs a boundary, another doesn’t', () => {
    expect(lines(bounded('secretsmanager:GetSecretValue', 'ec2:*NetworkInterface*'))).toEqual([]);
    expect(lines(role('s3:GetObject'))).toEqual([]);
    expect(lines(role('secretsmanager:GetSecretValue'))).toEqual([expect.stringContaining('no permissions boundary')]);
    expect(lines(role('secretsmanager:*'))).toHaveLength(1);
  });

  test('what is of no runtime is left to its owner', () => {
    expect(lines(changed(role('secretsmanager:GetSecretValue'), ['Executor'], undefined))).toEqual([]);
  });

  test.each(['*', 's3:*', '*:GetObject', 's3*:*'])('a boundary that allows %s is found', (action) => {
    expect(lines(bounded('secretsmanager:GetSecretValue', action))).toEqual([
      expect.stringContaining(`its boundary Boundary allows ${action}`),
    ]);
  });

  test('a boundary by exclusion is found', () => {
    const path = ['Boundary', 'Properties', 'PolicyDocument', 'Statement', 0];
    const excluding = { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' };
    expect(lines(changed(bounded(), path, excluding))).toEqual([expect.stringContaining('all actions except some')]);
  });

  test('a boundary from outside the template can’t be proven, and the finding names the one that it replaced', () => {
    const others = 'arn:aws:iam::111122223333:policy/organization';
    expect(lines(role('secretsmanager:GetSecretValue', others))).toEqual([
      `Role Properties.PermissionsBoundary: can't be proven: what the boundary ${others} allows isn't in the template`,
    ]);
    const at = (path: string) => ({ Metadata: { 'aws:cdk:path': path } });
    const displaced = changed(bounded('s3:GetObject'), ['Role', 'Properties', 'PermissionsBoundary'], others);
    Object.assign(displaced.Boundary as JsonObject, at('Stack/Tickets/Boundary/Resource'));
    Object.assign(displaced.Role as JsonObject, at('Stack/Tickets/Executor/Role/Resource'));
    expect(lines(displaced)).toEqual([expect.stringContaining('it replaced Stack/Tickets/Boundary/Resource')]);
  });

  test('unknown actions of a boundary can’t be proven', () => {
    expect(lines(bounded({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
    const document = changed(bounded(), ['Boundary', 'Properties', 'PolicyDocument'], { Ref: 'Unknown' });
    expect(lines(document, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('an unknown boundary can’t be proven', () => {
    expect(lines(role('secretsmanager:GetSecretValue', { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
  });
});
