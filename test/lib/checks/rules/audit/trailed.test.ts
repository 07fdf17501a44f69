import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { locked, runtime, selector } from './records-template';

describe('AuditTrailed', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('AuditTrailed', resources, around);
  const selectors = ['Trail', 'Properties', 'AdvancedEventSelectors'];
  const basic = (type: string, values: unknown[]) =>
    changed(
      changed(runtime, selectors, undefined),
      ['Trail', 'Properties', 'EventSelectors'],
      [{ ReadWriteType: type, DataResources: [{ Type: 'AWS::S3::Object', Values: values }] }],
    );

  test('a trail on ledger, witness and evidence is fine, in either way to select them', () => {
    expect(lines(runtime)).toEqual([]);
    expect(
      lines(changed(runtime, selectors, [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }])),
    ).toEqual([]);
    expect(lines(basic('All', ['arn:aws:s3']))).toEqual([]);
    expect(
      lines(
        basic(
          'All',
          ['Ledger', 'Witness', 'Evidence'].map((id) => ({ 'Fn::Sub': `\${${id}.Arn}/` })),
        ),
      ),
    ).toEqual([]);
  });

  test('an app without a runtime needs none', () => expect(lines({ Bucket: locked() })).toEqual([]));

  test.each<[string, (string | number)[], unknown, number]>([
    ['no trail', ['Trail'], undefined, 3],
    ['a trail that is off', ['Trail', 'Properties', 'IsLogging'], false, 1],
    ['files that can’t be checked', ['Trail', 'Properties', 'EnableLogFileValidation'], undefined, 1],
    ['no selectors', selectors, undefined, 3],
    ['no selector of evidence', [...selectors, 1], undefined, 1],
    ['writes of evidence only', [...selectors, 1], selector(['Evidence'], { Field: 'readOnly', Equals: ['false'] }), 1],
    [
      'deletions only',
      [...selectors, 0],
      selector(['Ledger', 'Witness'], { Field: 'eventName', StartsWith: ['Delete'] }),
      2,
    ],
    [
      'reads of the ledger only',
      [...selectors, 0],
      selector(['Ledger', 'Witness'], { Field: 'readOnly', Equals: ['true'] }),
      2,
    ],
    ['another bucket', [...selectors, 1], selector(['Files']), 1],
    ['a selector that nobody knows', [...selectors, 1], { Ref: 'Unknown' }, 1],
    ['a condition that nobody knows', ['Trail', 'Properties', 'IsLogging'], { Ref: 'Unknown' }, 1],
  ])('%s is found', (_name, path, value, count) => {
    expect(lines(changed(runtime, path, value), UNKNOWN_PARAMETER)).toHaveLength(count);
  });

  test('recording only writes is not enough where reads must be recorded', () => {
    expect(lines(basic('WriteOnly', ['arn:aws:s3:::']))).toEqual([expect.stringContaining('Evidence')]);
  });
});
