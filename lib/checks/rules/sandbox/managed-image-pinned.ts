import { type Assembly, describe, piecesOf, type Resource, type Value } from '../../../template';
import { endsInDigest } from '../../judge/image-digest';
import { assumed, complaint, offencesAt } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Who may push a tag, or write the object, decides what the agent runs next. */
export const managedImagePinned: Rule = {
  id: 'SandboxManagedImagePinned',
  pillar: 'sandbox',
  severity: 'error',
  holds: 'AgentCore runtimes and harnesses run an image by its digest, or a fixed version of an object.',
  source:
    'Amazon Bedrock AgentCore Developer Guide, "Security best practices for AgentCore Runtime"; NIST SP 800-53 CM-14, SI-7; OWASP Agentic Top 10 ASI04',
  fix: 'Name the image as repository@sha256:…, or as an asset of CDK. For code in S3, set VersionId.',
  lists: ['ASI04', 'LLM03:2025', 'NIST SP 800-53 SI-7'],
  insecure: `Resources:
  Desk:
    Type: AWS::BedrockAgentCore::Runtime
    Properties:
      AgentRuntimeArtifact:
        ContainerConfiguration: { ContainerUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/desk:latest' }
`,
  secure: `Resources:
  Desk:
    Type: AWS::BedrockAgentCore::Runtime
    Properties:
      AgentRuntimeArtifact:
        ContainerConfiguration:
          ContainerUri: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/desk@sha256:0000000000000000000000000000000000000000000000000000000000000000
`,
  *check(assembly) {
    yield* images(assembly, 'AWS::BedrockAgentCore::Runtime', ['AgentRuntimeArtifact', 'ContainerConfiguration']);
    yield* images(assembly, 'AWS::BedrockAgentCore::Harness', ['EnvironmentArtifact', 'ContainerConfiguration']);
    for (const runtime of assembly.ofType('AWS::BedrockAgentCore::Runtime')) yield* objects(runtime);
  },
};

function* images(assembly: Assembly, type: string, path: readonly string[]): Generator<Offence> {
  for (const resource of assembly.ofType(type)) {
    yield* offencesAt(resource, [...path, 'ContainerUri'], (image) =>
      image === undefined || isByDigest(image)
        ? undefined
        : `runs ${describe(image)}: the image isn't fixed by a digest`,
    );
  }
}

/** After `@`, an image's name has a digest and nothing else, whatever the parameter holds. Source: OCI distribution reference grammar. */
function isByDigest(image: Value): boolean {
  const before = piecesOf(image)?.at(-2);
  return endsInDigest(image) || (typeof before === 'string' && before.endsWith('@'));
}

function* objects(runtime: Resource): Generator<Offence> {
  const path = ['AgentRuntimeArtifact', 'CodeConfiguration', 'Code', 'S3'];
  for (const { value, assuming } of runtime.property(...path)) {
    if (value === undefined) continue;
    const message = complaint(value, objectFault);
    if (message === undefined) continue;
    yield { resource: runtime, property: `Properties.${path.join('.')}`, message: assumed(message, assuming) };
  }
}

function objectFault(location: Value): string | undefined {
  const { VersionId: version, Prefix: key } = (location ?? {}) as { VersionId?: Value; Prefix?: Value };
  if (version !== undefined || isHash(key)) return undefined;
  return `runs ${describe(key)}: who may write the object replaces the agent’s code`;
}

/** An asset of CDK: the key is a hash of the content. */
function isHash(key: Value): boolean {
  const last = piecesOf(key)?.at(-1);
  return typeof last === 'string' && /(^|\/)[0-9a-f]{64}\.zip$/.test(last);
}
