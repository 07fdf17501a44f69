import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { behindGate } from './gate-template';

describe('GateOwnCode', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GateOwnCode', resources, around);

  test('functions behind the gate that run their own code are fine, and others are left alone', () => {
    expect(lines(behindGate)).toEqual([]);
    expect(
      lines(changed(behindGate, ['Beside', 'Properties', 'Layers'], ['arn:aws:lambda:x:999999999999:layer:l:1'])),
    ).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    ['a layer of the app', { Layers: [{ Ref: 'Layer' }] }],
    ['source maps', { Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } } }],
    [
      'an asset of CDK',
      { Code: { S3Bucket: { 'Fn::Sub': `cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}` } } },
    ],
    ['a bucket of the app', { Code: { S3Bucket: { Ref: 'Bucket' } } }],
    ['code in the template', { Code: { ZipFile: '' } }],
  ])('%s is fine', (_name, properties) => {
    const app = {
      ...behindGate,
      Layer: { Type: 'AWS::Lambda::LayerVersion' },
      Bucket: { Type: 'AWS::S3::Bucket' },
      Gate: changed(behindGate.Gate as JsonObject, ['Properties'], {
        ...(behindGate.Gate as { Properties: JsonObject }).Properties,
        ...properties,
      }),
    };
    expect(lines(app)).toEqual([]);
  });

  test.each<[string, JsonObject, string[]]>([
    ['an asset of the account', { 'Fn::Sub': `assets-\${AWS::AccountId}` }, []],
    ['a free bucket', 'theirs' as unknown as JsonObject, ['which account owns the bucket theirs']],
    ['a bucket that nobody knows', { Ref: 'Unknown' }, ["can't be proven"]],
  ])('a layer of the app with its content in %s', (_name, S3Bucket, found) => {
    const own = (behindGate.Gate as { Properties: JsonObject }).Properties;
    const app = {
      ...changed(behindGate, ['Gate', 'Properties'], { ...own, Layers: [{ Ref: 'Layer' }] }),
      Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: { S3Bucket, S3Key: 'l.zip' } } },
    };
    expect(lines(app, UNKNOWN_PARAMETER)).toEqual(found.map((each) => expect.stringContaining(each)));
  });

  test.each<[string, string, JsonObject, string]>([
    [
      'a layer from elsewhere',
      'Executor',
      { Layers: ['arn:aws:lambda:x:999999999999:layer:l:1'] },
      "isn't part of this app",
    ],
    [
      'a file system',
      'Executor',
      { FileSystemConfigs: [{ Arn: 'arn:x', LocalMountPath: '/mnt/x' }] },
      'file system is mounted',
    ],
    [
      'a module loaded first',
      'Gate',
      { Environment: { Variables: { NODE_OPTIONS: '--require /tmp/x.js' } } },
      'load other code first',
    ],
    [
      'a wrapper',
      'Gate',
      { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/x' } } },
      'load other code first',
    ],
    [
      'code from a bucket of an unknown owner',
      'Executor',
      { Code: { S3Bucket: 'theirs' } },
      'which account owns the bucket theirs',
    ],
    ['layers that nobody knows', 'Gate', { Layers: { Ref: 'Unknown' } }, "can't be proven"],
    [
      'a start option that nobody knows',
      'Gate',
      { Environment: { Variables: { NODE_OPTIONS: { Ref: 'Unknown' } } } },
      "can't be proven",
    ],
    ['a bucket that nobody knows', 'Gate', { Code: { S3Bucket: { Ref: 'Unknown' } } }, "can't be proven"],
  ])('%s is found', (_name, id, properties, message) => {
    const own = (behindGate[id] as { Properties: JsonObject }).Properties;
    const app = changed(behindGate, [id, 'Properties'], { ...own, ...properties });
    expect(lines(app, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining(message)]);
  });
});
