import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

describe('AuditBrowserRecorded', () => {
  const says = (recording?: unknown) =>
    saysOf(
      'AuditBrowserRecorded',
      'AWS::BedrockAgentCore::BrowserCustom',
      recording === undefined ? {} : { RecordingConfig: recording },
    );
  const PLACE = { S3Location: { Bucket: 'recordings', Prefix: 'browser/' } };

  test('a recording with a place is fine', () => expect(says({ Enabled: true, ...PLACE })).toEqual([]));

  test('none, one that is off, and one without a place, are found', () => {
    expect(says()).toEqual(['Properties.RecordingConfig: what the agent does in the browser is not recorded']);
    expect(says({ Enabled: false, ...PLACE })).toHaveLength(1);
    expect(says(PLACE)).toHaveLength(1);
    expect(says({ Enabled: true })).toEqual([expect.stringContaining('no place')]);
  });

  test('what isn’t known can’t be proven', () => {
    expect(says({ Enabled: UNKNOWN, ...PLACE })).toEqual([UNPROVEN]);
    expect(says(UNKNOWN)).toEqual([UNPROVEN]);
  });
});
