import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { KNOWLEDGE } from '../../knowledge-template';

describe('GateKnowledgeOfStrangers', () => {
  const configured = (configuration: unknown) =>
    linesOf(
      'GateKnowledgeOfStrangers',
      changed(KNOWLEDGE, ['Source', 'Properties', 'DataSourceConfiguration'], configuration),
      UNKNOWN_PARAMETER,
    );
  const S3 = (bucket: unknown) => ({ Type: 'S3', S3Configuration: { BucketArn: bucket } });

  test('a bucket of the app is fine', () => expect(configured(S3({ 'Fn::GetAtt': ['Pages', 'Arn'] }))).toEqual([]));

  test('pages of the web are found', () => {
    expect(configured({ Type: 'WEB', WebConfiguration: {} })).toEqual([
      expect.stringContaining('Source Properties.DataSourceConfiguration.WebConfiguration: reads pages of the web'),
    ]);
  });

  test('who writes another bucket can’t be proven', () => {
    expect(configured(S3('arn:aws:s3:::wiki'))).toEqual([
      "Source Properties.DataSourceConfiguration.S3Configuration.BucketArn: can't be proven: who writes arn:aws:s3:::wiki, which isn't in the app",
    ]);
    expect(configured(S3({ Ref: 'Unknown' }))).toHaveLength(1);
  });
});
