import type { JsonObject, JsonValue } from '../../../../../runtime/core/contracts';
import { linesOf, UNKNOWN_PARAMETER } from '../../check-template';

const keeping = (retention: JsonValue, variable = 'LEDGER_BUCKET'): JsonObject => ({
  Sealer: {
    Type: 'AWS::Lambda::Function',
    Properties: { Environment: { Variables: { [variable]: { Ref: 'Ledger' } } } },
  },
  Ledger: {
    Type: 'AWS::S3::Bucket',
    Properties: { ObjectLockConfiguration: { Rule: { DefaultRetention: retention } } },
  },
});

describe('AuditKeptLong', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('AuditKeptLong', resources, around);

  test.each<[string, JsonValue]>([
    ['a year', { Mode: 'COMPLIANCE', Days: 365 }],
    ['thirty days', { Mode: 'COMPLIANCE', Days: '30' }],
    ['seven years', { Mode: 'COMPLIANCE', Years: 7 }],
  ])('%s is fine', (_, retention) => {
    expect(lines(keeping(retention))).toEqual([]);
    expect(lines(keeping(retention, 'WITNESS_BUCKET'))).toEqual([]);
  });

  test.each<[string, JsonValue, string]>([
    ['a day', { Mode: 'COMPLIANCE', Days: 1 }, 'after 1 day'],
    ['a month less a day', { Mode: 'COMPLIANCE', Days: 29 }, 'after 29 days'],
    ['a length that nobody knows', { Mode: 'COMPLIANCE', Days: { Ref: 'Unknown' } }, "can't be proven"],
    ['a retention that nobody knows', { Ref: 'Unknown' }, "can't be proven"],
  ])('%s is found', (_, retention, message) => {
    expect(lines(keeping(retention), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining(message)]);
    expect(lines(keeping(retention, 'WITNESS_BUCKET'), UNKNOWN_PARAMETER)).toHaveLength(1);
  });

  test('a length that whoever deploys chooses is found, whatever its default is', () => {
    const around = { Parameters: { Days: { Type: 'Number', Default: 365 } } };
    expect(lines(keeping({ Mode: 'COMPLIANCE', Days: { Ref: 'Days' } }), around)).toEqual([
      expect.stringContaining("can't be proven: whoever deploys chooses Days"),
    ]);
  });

  test('a bucket without a lock, or that holds no ledger, is for other rules', () => {
    expect(lines(keeping({ Ref: 'AWS::NoValue' }))).toEqual([]);
    expect(lines(keeping({ Mode: 'COMPLIANCE', Days: 1 }, 'OTHER_BUCKET'))).toEqual([]);
  });
});
