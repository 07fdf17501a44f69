import { bucket, refuses } from './members';

const MODEL_ID = "a string, such as 'openai.gpt-oss-120b-1:0'";
const PROFILE_ID = "a string, such as 'eu.anthropic.claude-sonnet-5-5'";

refuses('BedrockModel.foundation', [
  ['modelId', undefined, `is missing; it must be ${MODEL_ID}.`],
  ['modelId', 5, `must be ${MODEL_ID}; got a number.`],
  ['options', true, 'must be an object, such as { allowWebSearch: true }; got a boolean.'],
  ['options.allowWebSearch', 'false', 'must be true or false; got a string.'],
  ['options.onDemand', 1, 'must be true or false; got a number.'],
  ['options.allowSearch', true, 'is unknown; did you mean "allowWebSearch"?'],
]);
refuses('BedrockModel.inferenceProfile', [
  ['profileId', null, `must be ${PROFILE_ID}; got null.`],
  ['regions', undefined, "is missing; it must be an array, such as ['eu-west-1', 'eu-central-1']."],
  ['regions', 'eu-west-1', "must be an array, such as ['eu-west-1', 'eu-central-1']; got a string."],
  ['regions[0]', 1, "must be a string, such as 'eu-west-1'; got a number."],
  ['options', ['x'], 'must be an object, such as { allowWebSearch: true }; got an array.'],
]);
refuses('BedrockModel.global', [
  ['profileId', {}, "must be a string, such as 'global.anthropic.claude-sonnet-5-5'; got a plain object."],
]);

const REPOSITORY = 'an ECR repository, such as ecr.Repository.fromRepositoryName(…)';
refuses('AgentImage.fromEcrDigest', [
  ['repository', 'support-agent', `must be ${REPOSITORY}; got a string.`],
  ['repository', bucket, `must be ${REPOSITORY}; got a Bucket.`],
  ['digest', undefined, "is missing; it must be a string, such as 'sha256:…'."],
  ['digest', 5, "must be a string, such as 'sha256:…'; got a number."],
]);

refuses('CedarPolicies.deny', [
  ['path', undefined, "is missing; it must be a string, such as 'deny.cedar'."],
  ['path', ['deny.cedar'], "must be a string, such as 'deny.cedar'; got an array."],
]);
refuses('CedarPolicies.allow', [['path', {}, "must be a string, such as 'allow.cedar'; got a plain object."]]);
refuses('CedarPolicies.ask', [['path', 1, "must be a string, such as 'ask.cedar'; got a number."]]);
