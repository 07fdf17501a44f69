import { about } from '../../template/iam/access';
import { identityPoliciesOf, type RolePolicies } from '../../template/iam/collect';
import { matchAction } from '../../template/iam/evaluate';
import { awsManagedPolicy } from '../../template/iam/managed-policies';
import { MODEL_ACTIONS } from '../../template/iam/model-actions';
import { type Policy, type Statement, statementsOf } from '../../template/iam/policy';
import { type Assembly, describe, keyOf, type Resource, type Value } from '../../template/index';
import { decisionOf } from './role-decisions';

/** Whether a role may call a model, and by what. */
export interface ModelRights {
  /** `unproven`: the template doesn't tell. */
  readonly may: 'yes' | 'no' | 'unproven';
  /** What allows it, or why it isn't known. */
  readonly because: string;
  readonly policies: RolePolicies;
}

/** What a role may do with models, by meaning: wildcards, NotAction, AWS managed policies, denials and its boundary count. */
export function modelRightsOf(assembly: Assembly, role: Value): ModelRights {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = new Map();
    KNOWN.set(assembly, known);
  }
  const key = identityPoliciesOf(assembly).roleOf(role)?.key ?? keyOf(role);
  const rights = known.get(key) ?? readRights(assembly, role);
  known.set(key, rights);
  return rights;
}

const KNOWN = new WeakMap<Assembly, Map<string, ModelRights>>();

const NONE: RolePolicies = { policies: [], foreign: [] };

function readRights(assembly: Assembly, role: Value): ModelRights {
  const identities = identityPoliciesOf(assembly);
  const resource = identities.roleOf(role);
  const policies = (resource === undefined ? identities.of(role) : identities.ofResource(resource)) ?? NONE;
  const written = writtenRights(assembly, resource, policies);
  if (written?.may === 'yes') return { ...written, policies };
  const managed = policies.foreign.find(({ arn }) => awsManagedPolicy(arn)?.callsModels === true);
  if (managed !== undefined && !isForbidden(assembly, resource, policies)) {
    return { may: 'yes', because: `the policy ${describe(managed.arn)} allows it`, policies };
  }
  if (resource === undefined) {
    return { may: 'unproven', because: `the role ${describe(role)} isn't in the template`, policies };
  }
  if (written !== undefined) return { ...written, policies };
  const foreign = policies.foreign.find(({ arn }) => arn !== '' && awsManagedPolicy(arn) === undefined);
  if (foreign !== undefined && !isForbidden(assembly, resource, policies)) {
    return { may: 'unproven', because: `the policy ${describe(foreign.arn)} isn't in the template`, policies };
  }
  return { may: 'no', because: '', policies };
}

/** What policies in the template allow; undefined when they allow no model action. */
function writtenRights(
  assembly: Assembly,
  role: Resource | undefined,
  rights: RolePolicies,
): Pick<ModelRights, 'may' | 'because'> | undefined {
  // Most roles have nothing to do with models, and a decision takes long.
  if (!rights.policies.some(({ policy }) => statementsOf(policy).some(mayAllowModels))) return undefined;
  let unproven: string | undefined;
  for (const action of MODEL_ACTIONS) {
    const relevant = rights.policies
      .map(({ policy }) => about(policy, action))
      .filter((policy) => statementsOf(policy).some(({ effect }) => effect !== 'Deny'));
    if (relevant.length === 0) continue;
    const { allowed, allows } = decisionOf(assembly, role, rights, action);
    if (allowed === 'false') continue;
    const certain = allows.find(
      ({ statement: { effect, action: named } }) =>
        effect === 'Allow' && (named.negated || named.patterns.some((each) => matchAction(each, action) === 'true')),
    );
    if (certain !== undefined) return { may: 'yes', because: `${certain.source} allows ${action}` };
    const [open] = allows;
    unproven ??= `what ${open?.source ?? 'its policy'} allows isn't known`;
  }
  return unproven === undefined ? undefined : { may: 'unproven', because: unproven };
}

/**
 * Models whose answer is numbers: an order of texts, or what a search compares. Nothing acts on what they say.
 *
 * Source: Amazon Bedrock User Guide, "Supported foundation models in Amazon Bedrock".
 */
const ANSWERS_NUMBERS =
  /^arn:[^*?]*:bedrock:[^:]*:[^:]*:foundation-model\/(amazon\.(titan-embed-|nova-2-multimodal-embeddings-|rerank-)|cohere\.(embed-|rerank-)|twelvelabs\.marengo-embed-)/;

const withoutPieces = (text: string): string => text.replaceAll(/\$\{[^}]*\}/g, '-');

function mayAllowModels({ effect, action, resource, unknown }: Statement): boolean {
  if (effect === 'Deny') return false;
  const models = resource?.negated === false ? resource.patterns.map((each) => withoutPieces(describe(each))) : [];
  const areNumbers = models.length > 0 && models.every((model) => ANSWERS_NUMBERS.test(model));
  if (areNumbers && unknown.length === 0) return false;
  return (
    unknown.length > 0 || action.negated || action.patterns.some((each) => typeof each !== 'string' || isOfModels(each))
  );
}

/** By pattern: the same few stand in many policies. */
const OF_MODELS = new Map<string, boolean>();

function isOfModels(pattern: string): boolean {
  const known = OF_MODELS.get(pattern) ?? MODEL_ACTIONS.some((action) => matchAction(pattern, action) !== 'false');
  OF_MODELS.set(pattern, known);
  return known;
}

/** Whether denials or the boundary rule out every model action, whatever other policies allow. */
function isForbidden(assembly: Assembly, role: Resource | undefined, policies: RolePolicies): boolean {
  return MODEL_ACTIONS.every(
    (action) => decisionOf(assembly, role, policies, action, { others: [EVERYTHING] }).allowed === 'false',
  );
}

const EVERYTHING: Policy = {
  name: 'any',
  source: 'any',
  alternatives: [
    [
      {
        sid: 'any',
        index: 0,
        effect: 'Allow',
        action: { negated: false, patterns: ['*'] },
        resource: { negated: false, patterns: ['*'] },
        principal: undefined,
        conditions: [],
        unknown: [],
      },
    ],
  ],
};
