import { type Assembly, describe, type Resource, type Value } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { type Statement, statementsOf } from '../template/iam/policy';

/** A model that a role may call, and the regions in which it may answer. */
export interface ModelRegions {
  readonly role: Resource;
  /** Id of the model, without the prefix of a profile. */
  readonly model: string;
  /** Names of regions, in the words of the report; `any commercial region` for a global profile. */
  readonly regions: readonly string[];
}

/** Written in place of a region that only the deployment knows. */
const OWN_REGION = 'the region of the stack';

/** Bedrock checks an ARN without a region for global profiles (user guide, "Global cross-Region inference"). */
const EVERY_REGION = 'any commercial region';

/**
 * The regions that each model may route to, by the policies alone: Bedrock refuses to answer in a region whose model ARN the
 * caller's role isn't allowed to invoke. Denies aren't considered, so the regions may be fewer.
 *
 * Source: Bedrock user guide, "Prerequisites for inference profiles".
 */
export function modelRegions(assembly: Assembly): ModelRegions[] {
  const identities = identityPoliciesOf(assembly);
  return assembly.ofType('AWS::IAM::Role').flatMap((role) => {
    const byModel = new Map<string, Set<string>>();
    for (const statement of identities
      .ofResource(role)
      .policies.flatMap(({ policy }) => statementsOf(policy))
      .filter(invokesModels)) {
      for (const arn of statement.resource?.patterns ?? []) {
        const [model, region] = modelOf(arn, role.template.source.region);
        if (model !== undefined && region !== undefined)
          byModel.set(model, (byModel.get(model) ?? new Set()).add(region));
      }
    }
    return [...byModel].map(([model, regions]) => ({
      role,
      model,
      regions: regions.has(EVERY_REGION) ? [EVERY_REGION] : [...regions].sort(),
    }));
  });
}

function invokesModels({ effect, action, resource }: Statement): boolean {
  if (effect === 'Deny' || action.negated || resource === undefined || resource.negated) return false;
  return action.patterns.some((pattern) => /^bedrock:(Invoke|\*)/i.test(describe(pattern)));
}

/** The model and region of a foundation model's ARN. Other ARNs, such as those of profiles, have none. */
function modelOf(arn: Value, own: string | undefined): [model: string, region: string] | [] {
  const text = describe(arn)
    .replace(/\$\{AWS::Partition\}/g, 'aws')
    .replace(/\$\{AWS::Region\}/g, own ?? OWN_REGION);
  if (text === '*') return ['any model', EVERY_REGION];
  const [, region, model] = /^arn:[^:]+:bedrock:([^:]*):[^:]*:foundation-model\/(.+)$/.exec(text) ?? [];
  if (region === undefined || model === undefined) return [];
  return [model, region === '' || region === '*' ? EVERY_REGION : region];
}
