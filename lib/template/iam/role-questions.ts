import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { piecesOf, Reference, textOf, Unresolved, type Value } from '../model/value';
import { boundaryOf, contextOf, spelledArns } from './access';
import { arnOf, Spelling } from './arn';
import { ACTIONS } from './asked';
import { identityPoliciesOf } from './collect';
import { evaluateRequest } from './evaluate';
import { type Policy, readPolicy, statementsOf, unknownPolicy, withValues } from './policy';
import type { Truth } from './truth';

/** The facts about a deployed app. */
export interface Deployed {
  readonly account: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Physical id of a resource; undefined when it isn't deployed. */
  physicalId(resource: Resource): string | undefined;
}

/** Types whose ARNs follow from the physical id. Only those can be asked about after deployment. */
const TOLD_BY_ID = Object.keys(ACTIONS).filter((type) => !/^AWS::(ECS|EC2|CloudTrail|Logs|IAM::Managed)/.test(type));

/** One question to AWS, and the answer according to the template. */
export interface RoleQuestion {
  readonly role: Resource;
  readonly roleArn: string;
  readonly action: string;
  readonly target: Resource;
  readonly resourceArn: string;
  /** By the role's own policies and boundary, which AWS's simulation evaluates. `depends`: on a condition. */
  readonly expected: Truth;
}

/**
 * Questions about each deployed role: each relevant action on each deployed resource. For buckets and APIs, about the parts
 * that the role's own policies name, and about one that they don't name.
 */
export function roleQuestions(assembly: Assembly, deployed: Deployed): readonly RoleQuestion[] {
  const spelling = new Spelling(assembly, 'whole');
  const concrete = (value: Value): Value => concreteValue(assembly, deployed, spelling.of(value));
  const identities = identityPoliciesOf(assembly);
  const targets = TOLD_BY_ID.flatMap((type) =>
    assembly
      .ofType(type)
      .filter((target) => deployed.physicalId(target) !== undefined)
      .map((target) => ({ target, asked: [...spelledArns(target, spelling)] })),
  );
  const inPartition = (arn: string): string => arn.replace(/^arn:aws:/, `arn:${deployed.partition}:`);
  return assembly.ofType('AWS::IAM::Role').flatMap((role): RoleQuestion[] => {
    const roleArn = concrete(arnOf(role));
    if (deployed.physicalId(role) === undefined || typeof roleArn !== 'string') return [];
    const { policies, foreign } = identities.ofResource(role);
    const identity = [
      ...policies.map(({ policy }) => withValues(policy, concrete)),
      ...foreign.map(({ arn }) => unknownPolicy(String(arn), role.path, 'not in the template')),
    ];
    const limit = boundaryOf(assembly, role, spelling);
    const boundary = limit && withValues(limit, concrete);
    const principal = { kind: 'role' as const, roleArn, account: deployed.account };
    return targets.flatMap(({ target, asked }) =>
      target === role
        ? []
        : asked.flatMap(([action, arns]) =>
            arns
              .flatMap((arn) => probesOf(concrete(arn), identity))
              .map((resourceArn): RoleQuestion => {
                const context = contextOf(roleArn, deployed.account, deployed.account);
                const request = {
                  principal,
                  action,
                  resource: resourceArn,
                  resourceAccount: deployed.account,
                  context,
                };
                // Resource policies are left out on both sides: the simulation doesn't know them.
                const { allowed } = evaluateRequest(request, {
                  identity,
                  boundary,
                  resource: delegatesTo(deployed.account),
                });
                return {
                  role,
                  roleArn: inPartition(roleArn),
                  action,
                  target,
                  resourceArn: inPartition(resourceArn),
                  expected: allowed,
                };
              }),
          ),
    );
  });
}

/** A resource policy that delegates everything to identity policies, as the simulation assumes. */
function delegatesTo(account: string): Policy {
  const Statement = { Effect: 'Allow', Principal: { AWS: account }, Action: '*', Resource: '*' };
  return readPolicy('account', 'account', [{ value: { Statement }, assuming: [] }]);
}

/** The ARNs to ask about. An unknown rest (any object, any path) becomes the parts that the role's policies name. */
function probesOf(part: Value, identity: readonly Policy[]): string[] {
  if (typeof part === 'string') return [part];
  const [start] = piecesOf(part) ?? [];
  if (typeof start !== 'string') return [];
  const named = identity
    .flatMap(statementsOf)
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .filter((pattern): pattern is string => typeof pattern === 'string' && pattern.startsWith(start))
    .map((pattern) => pattern.replace(/[*?]/g, 'probe'));
  return [...new Set([...named, `${start}probe`])];
}

function concreteValue(assembly: Assembly, deployed: Deployed, value: Value): Value {
  const pieces = piecesOf(value);
  if (pieces === undefined || typeof value === 'number' || typeof value === 'boolean') return value;
  return textOf(
    pieces.map((piece) => {
      if (!(piece instanceof Reference)) return piece;
      if (piece.logicalId === 'AWS::AccountId') return deployed.account;
      if (piece.logicalId === 'AWS::Region') return deployed.region;
      const resource = assembly.find(piece);
      const id = resource && deployed.physicalId(resource);
      if (resource === undefined || id === undefined) return piece;
      if (piece.attribute.endsWith('Arn') && !id.startsWith('arn:')) {
        return new Unresolved(String(piece), resource.path, 'its ARN does not follow from its id');
      }
      return piece.attribute.endsWith('Arn') ? id : nameIn(id);
    }),
  );
}

/** The name in a physical id. For some types the id is an ARN. */
function nameIn(id: string): string {
  return id.startsWith('arn:') ? id.split(':').slice(6).join(':') || (id.split('/').pop() ?? id) : id;
}
