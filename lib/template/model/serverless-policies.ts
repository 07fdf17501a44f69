import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { policyTemplates } from './serverless-policy-table';

/** The statements that SAM makes of one of its policy templates; undefined for one that isn't listed. */
export function statementsOfTemplate(policy: JsonObject): JsonValue | undefined {
  const [name = ''] = Object.keys(policy);
  const template = policyTemplates().get(name);
  if (template === undefined) return undefined;
  const given = policy[name];
  const values = template.parameters.map((parameter) =>
    typeof given === 'object' && given !== null ? (given as JsonObject)[parameter] : undefined,
  );
  if (values.includes(undefined)) return undefined;
  return template.grants.map(({ actions, on }, i) => ({
    Effect: 'Allow',
    Action: [...actions],
    Resource: on.map((arn) => arnWith(arn, values as JsonValue[])),
    ...(i === 0 && name === 'AWSSecretsManagerRotationPolicy' ? { Condition: ofRotation(values[0] ?? '') } : {}),
  }));
}

/** Only secrets that the function rotates. */
function ofRotation(fn: JsonValue): JsonValue {
  return { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': arnWith('lambda:R:A:function:@', [fn]) } };
}

function arnWith(written: string, values: readonly JsonValue[]): JsonValue {
  if (written === '*') return '*';
  if (written === '=@') return values[0] ?? '';
  const place = written.replace(/^([a-z0-9-]+):R:A:/, `$1:\${AWS::Region}:\${AWS::AccountId}:`);
  const parts = `arn:\${AWS::Partition}:${place}`.split(/(@2|@)/);
  return {
    'Fn::Join': ['', parts.filter((part) => part !== '').map((part) => valueFor(part, values))],
  };
}

function valueFor(part: string, values: readonly JsonValue[]): JsonValue {
  if (part === '@') return values[0] ?? '';
  return part === '@2' ? (values[1] ?? '') : { 'Fn::Sub': part };
}
