import {
  type Assembly,
  isObject,
  listOf,
  memberOf,
  type Resource,
  resourcesIn,
  type Value,
} from '../../template/index';
import { knownTextOf } from './texts';
import { type Variable, variablesOf } from './variables';
import { type AgentWorkload, agentsOf } from './workloads';

/** A bucket from which an agent takes what it follows: its code, its prompts, or what its actions are. */
export interface InstructionSource {
  readonly bucket: Resource;
  /** What is taken, in words: `the code of Desk`. */
  readonly what: string;
  /** The key of the object, or the beginning of its key; undefined where it isn't known. */
  readonly key: string | undefined;
}

/** The buckets of the app from which its agents take code, prompts and schemas. */
export function instructionSourcesOf(assembly: Assembly): readonly InstructionSource[] {
  const source = (named: Value, what: string, key: Value): InstructionSource[] =>
    resourcesIn(assembly, named)
      .filter(({ type }) => type === 'AWS::S3::Bucket')
      .map((bucket) => {
        const known = knownTextOf(key);
        return { bucket, what, key: known === '' || known.includes('\0') ? undefined : known };
      });
  const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
  return [
    ...assembly.ofType('AWS::Bedrock::Agent').flatMap((agent) =>
      agent.items('ActionGroups').flatMap(({ value }) => {
        const s3 = memberOf(value, 'ApiSchema', 'S3');
        const what = `the schema of the actions of ${agent.path}`;
        return isObject(s3) ? source(s3.S3BucketName, what, s3.S3ObjectKey) : [];
      }),
    ),
    ...assembly
      .ofType('AWS::Bedrock::Flow')
      .flatMap((flow) =>
        flow
          .property('DefinitionS3Location')
          .flatMap(({ value }) =>
            isObject(value) ? source(value.Bucket, `the definition of ${flow.path}`, value.Key) : [],
          ),
      ),
    ...[...agents].flatMap((agent) => [
      ...codeOf(agent).flatMap(([named, key]) => source(named, `the code of ${agent.path}`, key)),
      ...followedVariablesOf(agent).flatMap(({ name, value }) =>
        source(value, `what ${agent.path} follows (${name})`, keyIn(value)),
      ),
    ]),
  ];
}

/** Variables that say where an agent's prompts, instructions or skills are. */
const FOLLOWED = /(^|_)(PROMPTS?|INSTRUCTIONS?|SKILLS?|PERSONAS?|PLAYBOOKS?|GUIDELINES)(_|$)/i;

/** Of these, variables that say where something is put. */
const KEPT = /LOG|HISTORY|CACHE|OUTPUT|RESULT|ARCHIVE|UPLOAD|DRAFT|TRACE|RECORD/i;

function followedVariablesOf(agent: Resource): Variable[] {
  return variablesOf(agent).filter(({ name }) => FOLLOWED.test(name) && !KEPT.test(name));
}

function codeOf(agent: Resource): (readonly [bucket: Value, key: Value])[] {
  if (agent.type === 'AWS::Lambda::Function') {
    return agent.property('Code').map(({ value }) => [memberOf(value, 'S3Bucket'), memberOf(value, 'S3Key')] as const);
  }
  if (agent.type !== 'AWS::BedrockAgentCore::Runtime') return [];
  return agent.property('AgentRuntimeArtifact', 'CodeConfiguration', 'Code', 'S3').flatMap(({ value }) => {
    // One version of an object stays what it is.
    const isPinned = memberOf(value, 'VersionId') !== undefined;
    return isPinned ? [] : [[memberOf(value, 'Bucket'), memberOf(value, 'Prefix')] as const];
  });
}

/** What follows the bucket's name in an address: `prompts/` of `s3://${Files}/prompts/`. */
function keyIn(value: Value): string | undefined {
  const [text] = listOf(value);
  const [, key] = /\0\/([^\0]+)$/.exec(knownTextOf(text)) ?? [];
  return key;
}

/** A parameter with what an agent follows. */
export interface FollowedParameter {
  readonly agent: AgentWorkload;
  /** The variable that names it. */
  readonly variable: string;
  /** Its name without a slash in front, as in its ARN. */
  readonly name: string;
}

/** Parameters that the variables of agents name as their prompts, by reference or as text. */
export function followedParametersOf(assembly: Assembly): readonly FollowedParameter[] {
  return agentsOf(assembly).flatMap((agent) =>
    followedVariablesOf(agent.resource).flatMap(({ name: variable, value }) =>
      parameterNames(assembly, value).map((name) => ({ agent, variable, name: name.replace(/^\//, '') })),
    ),
  );
}

function parameterNames(assembly: Assembly, value: Value): string[] {
  if (typeof value === 'string') return /^\/[\w./-]+$/.test(value) ? [value] : [];
  return resourcesIn(assembly, value)
    .filter(({ type }) => type === 'AWS::SSM::Parameter')
    .flatMap((parameter) => parameter.property('Name'))
    .flatMap(({ value: name }) => (typeof name === 'string' ? [name] : []));
}
