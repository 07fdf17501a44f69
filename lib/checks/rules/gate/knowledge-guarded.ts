import { type Assembly, describe, type Resource, referencesIn, type Value } from '../../../template';
import { accessesOf } from '../../../template/iam/access';
import { nameOf, Spelling } from '../../../template/iam/arn';
import { identityPoliciesOf, type PlacedPolicy } from '../../../template/iam/collect';
import { type Grounds, matchAction } from '../../../template/iam/evaluate';
import { outsiderAccessesOf } from '../../../template/iam/outsiders';
import { type Policy, type Statement, statementsOf } from '../../../template/iam/policy';
import { followedParametersOf, type InstructionSource, instructionSourcesOf } from '../../facts/instruction-sources';
import { knowledgeBucketsOf } from '../../facts/knowledge-sources';
import { managedAgentsOf, managedRolesOf } from '../../facts/managed-agents';
import { openFunctionsOf } from '../../facts/open-functions';
import { bucketPoliciesOn } from '../../facts/policy-attachments';
import { decisionOf } from '../../facts/role-decisions';
import { knownTextOf } from '../../facts/texts';
import { agentsOf } from '../../facts/workloads';
import { statementPath } from '../../judge/statement-width';
import type { Offence, Rule } from '../../rule';

/** What stands in a knowledge base speaks to the agent each time, to every user. */
export const knowledgeGuarded: Rule = {
  id: 'GateKnowledgeGuarded',
  pillar: 'gate',
  severity: 'error',
  holds:
    'Nobody outside the account, no agent, and no function that anybody may call, writes the objects that a knowledge base reads. No agent, and no function that anybody may call, writes the code, the prompts or the schemas that an agent follows.',
  source:
    'OWASP Top 10 for LLM Applications LLM04:2025 "Data and Model Poisoning", LLM08:2025 "Vector and Embedding Weaknesses"; OWASP Agentic Top 10 ASI06; NIST SP 800-53 SI-7, AC-3',
  fix: 'Let people or a reviewed pipeline write the bucket. Take the permission from the agent, and put what strangers upload into another bucket until somebody has read it.',
  lists: ['ASI06', 'LLM04:2025', 'LLM08:2025'],
  insecure: `Resources:
  Pages:
    Type: AWS::S3::Bucket
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Pages
      PolicyDocument:
        Statement: [{ Effect: Allow, Principal: '*', Action: 's3:PutObject', Resource: !Sub '\${Pages.Arn}/*' }]
  Source:
    Type: AWS::Bedrock::DataSource
    Properties:
      DataSourceConfiguration: { Type: S3, S3Configuration: { BucketArn: !GetAtt Pages.Arn } }
`,
  secure: `Resources:
  Pages:
    Type: AWS::S3::Bucket
  Source:
    Type: AWS::Bedrock::DataSource
    Properties:
      DataSourceConfiguration: { Type: S3, S3Configuration: { BucketArn: !GetAtt Pages.Arn } }
`,
  *check(assembly) {
    const buckets = new Set(knowledgeBucketsOf(assembly).flatMap(({ bucket }) => bucket ?? []));
    yield* parameterWriters(assembly);
    const followed = instructionSourcesOf(assembly);
    if (buckets.size + followed.length === 0) return;
    for (const bucket of buckets) yield* openAcl(bucket);
    if (buckets.size > 0) yield* outsiders(assembly, buckets);
    if (buckets.size > 0) yield* writers(assembly, buckets);
    yield* followedWriters(assembly, followed);
  },
};

function* openAcl(bucket: Resource): Generator<Offence> {
  for (const { value } of bucket.property('AccessControl')) {
    if (value !== 'PublicReadWrite') continue;
    const message = 'anybody may write what the knowledge base reads';
    yield { resource: bucket, property: 'Properties.AccessControl', message };
  }
}

function* outsiders(assembly: Assembly, buckets: ReadonlySet<Resource>): Generator<Offence> {
  const told = new Set<string>();
  for (const { who, action, target, by } of outsiderAccessesOf(assembly)) {
    if (action !== 's3:PutObject' || !buckets.has(target)) continue;
    for (const { holder, property, policy } of bucketPoliciesOn(assembly, target)) {
      for (const statement of statementsOf(policy)) {
        const place = statementPath(property, statement);
        if (!by.some((ground) => ground.endsWith(` ${statement.sid}`)) || told.has(`${holder.key} ${place}`)) continue;
        told.add(`${holder.key} ${place}`);
        yield { resource: holder, property: place, message: `${who} may write what the knowledge base reads` };
      }
    }
  }
}

/** Why what a role's owner writes isn't to be trusted, by role. */
function untrustedRoles(assembly: Assembly): ReadonlyMap<Resource, string> {
  const identities = identityPoliciesOf(assembly);
  const owners: (readonly [role: Value, owner: string])[] = [
    ...[...openFunctionsOf(assembly)].flatMap(([fn, by]) =>
      fn.property('Role').map(({ value }) => [value, `${fn.path}, which anybody may call by ${by.path},`] as const),
    ),
    ...agentsOf(assembly).map(({ resource, role }) => [role, `the agent ${resource.path}`] as const),
  ];
  const named = owners.map(([value, owner]) => [identities.roleOf(value), owner] as const);
  const managed = managedRolesOf(assembly)
    .filter(({ resource }) => managedAgentsOf(assembly).includes(resource))
    .map(({ resource, role }) => [role, `the agent ${resource.path}`] as const);
  return new Map(
    [...named, ...managed].flatMap(([role, owner]) => (role === undefined ? [] : [[role, owner] as const])),
  );
}

function* writers(assembly: Assembly, buckets: ReadonlySet<Resource>): Generator<Offence> {
  const untrusted = untrustedRoles(assembly);
  if (untrusted.size === 0) return;
  for (const { role, action, target, grounds } of accessesOf(assembly)) {
    const who = untrusted.get(role);
    if (action !== PUT || !buckets.has(target) || who === undefined) continue;
    if (!grounds.some(({ statement, policy }) => !isOfAws(policy) && covers(assembly, statement, target, undefined)))
      continue;
    const message = `${who} may write what the knowledge base reads`;
    yield* placesOf(assembly, role, grounds).map((place) => ({ ...place, message, detail: target.path }));
  }
}

const PUT = 's3:PutObject';

/** Of AWS's own policies, which name nothing of the app, LeastPrivilegeNoWildcard tells. */
function isOfAws(policy: string): boolean {
  return /^arn:.*:iam::aws:policy\//.test(policy);
}

/** By the statements themselves: to evaluate every role on every bucket takes long, and few apps have such a source. */
function* followedWriters(assembly: Assembly, followed: readonly InstructionSource[]): Generator<Offence> {
  if (followed.length === 0) return;
  for (const [role, who] of untrustedRoles(assembly)) {
    yield* ownWriters(assembly, role, who, followed);
    for (const source of followed) yield* invitedWriters(assembly, role, who, source);
  }
}

function* ownWriters(
  assembly: Assembly,
  role: Resource,
  who: string,
  followed: readonly InstructionSource[],
): Generator<Offence> {
  const rights = identityPoliciesOf(assembly).ofResource(role);
  for (const { statement, policy, holder, at } of puttingStatements(rights.policies)) {
    const source = followed.find(({ bucket, key }) => covers(assembly, statement, bucket, key));
    if (source === undefined) continue;
    const [resource] = statement.resource?.patterns ?? [];
    if (decisionOf(assembly, role, rights, PUT, { others: [policy], resource }).allowed === 'false') continue;
    yield { resource: holder, property: at, message: `${who} may write ${source.what}`, detail: source.bucket.path };
  }
}

/** Whom the bucket's own policy lets write. */
function* invitedWriters(
  assembly: Assembly,
  role: Resource,
  who: string,
  { bucket, key, what }: InstructionSource,
): Generator<Offence> {
  const identities = identityPoliciesOf(assembly);
  for (const { statement, holder, at } of puttingStatements(bucketPoliciesOn(assembly, bucket))) {
    const { principal } = statement;
    const isInvited =
      principal?.negated === false && principal.patterns.some(({ value }) => identities.roleOf(value) === role);
    if (!isInvited || !covers(assembly, statement, bucket, key)) continue;
    yield { resource: holder, property: at, message: `${who} may write ${what}`, detail: bucket.path };
  }
}

/** Statements that allow to write an object, each with its place. */
function puttingStatements(
  placed: readonly PlacedPolicy[],
): { statement: Statement; policy: Policy; holder: Resource; at: string }[] {
  return placed.flatMap(({ policy, holder, property }) =>
    statementsOf(policy)
      .filter(puts)
      .map((statement) => ({ statement, policy, holder, at: statementPath(property, statement) })),
  );
}

function puts({ effect, action }: Statement): boolean {
  return (
    effect !== 'Deny' && (action.negated || action.patterns.some((pattern) => matchAction(pattern, PUT) !== 'false'))
  );
}

/** An agent that may change the parameter with its own prompt. */
function* parameterWriters(assembly: Assembly): Generator<Offence> {
  for (const { agent, variable, name } of followedParametersOf(assembly)) {
    for (const { policy, holder, property } of agent.policies.policies) {
      for (const statement of statementsOf(policy)) {
        if (!putsParameter(statement, name)) continue;
        const message = `the agent ${agent.resource.path} may write what ${agent.resource.path} follows (${variable})`;
        yield { resource: holder, property: statementPath(property, statement), message, detail: name };
      }
    }
  }
}

function putsParameter({ effect, action, resource }: Statement, name: string): boolean {
  if (effect === 'Deny' || action.negated || resource?.negated !== false) return false;
  if (!action.patterns.some((pattern) => matchAction(pattern, 'ssm:PutParameter') === 'true')) return false;
  return resource.patterns.some((pattern) => {
    const [, named] = /:parameter\/(.*)$/.exec(knownTextOf(pattern)) ?? [];
    if (named === undefined) return pattern === '*';
    return named === name || (/[*?]/.test(named) && name.startsWith(named.split(/[*?]/)[0] ?? ''));
  });
}

/**
 * Whether a statement may be about the object: it names every bucket, or this one, as a whole or with the beginning of the key. A pattern
 * for names that begin in some way is about buckets of that name, not about one whose name nobody has chosen.
 */
function covers(assembly: Assembly, statement: Statement, bucket: Resource, key: string | undefined): boolean {
  if (statement.resource?.negated !== false) return true;
  return statement.resource.patterns.some((pattern) => {
    const text = knownTextOf(pattern);
    if (/^(\*|arn:[^:]*:s3:::\*.*)$/.test(text)) return true;
    if (!isOfBucket(assembly, pattern, bucket)) return false;
    const [, named] = /^[^/]*\/(.*)$/s.exec(text) ?? [];
    const [before = ''] = (named ?? '').split(/[*?\0]/);
    return key === undefined || named === undefined || key.startsWith(before) || before.startsWith(key);
  });
}

function isOfBucket(assembly: Assembly, pattern: Value, bucket: Resource): boolean {
  const references = referencesIn(pattern);
  if (references.some((reference) => assembly.find(reference) === bucket)) return true;
  const spelling = new Spelling(assembly);
  const [, name = ''] = /^arn:[^:]*:s3:::([^/]*)/s.exec(describe(spelling.of(pattern))) ?? [];
  const own = describe(spelling.of(nameOf(bucket)));
  return name === own || (name.endsWith('*') && own.startsWith(name.slice(0, -1)));
}

/** The statements that allow it; the role where another policy does. */
function placesOf(
  assembly: Assembly,
  role: Resource,
  grounds: readonly Grounds[],
): readonly Pick<Offence, 'resource' | 'property'>[] {
  const places = identityPoliciesOf(assembly)
    .ofResource(role)
    .policies.flatMap(({ policy, holder, property }) =>
      grounds
        .filter((ground) => ground.policy === policy.name && ground.source === policy.source)
        .map(({ statement }) => ({ resource: holder, property: statementPath(property, statement) })),
    );
  return places.length > 0 ? places : [{ resource: role, property: 'Properties' }];
}
