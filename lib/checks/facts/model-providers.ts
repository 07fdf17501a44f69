import { identityPoliciesOf } from '../../template/iam/collect';
import { matchAction } from '../../template/iam/evaluate';
import { type Statement, statementsOf } from '../../template/iam/policy';
import { type Assembly, describe, type Resource, resourcesIn, type Value } from '../../template/index';
import type { Compute } from './compute';
import { knownTextOf, textsOf } from './texts';

/** Companies that sell calls of a model, as their names stand in variables and secrets. */
const PROVIDERS =
  'AZURE_?OPEN_?AI|OPEN_?AI|ANTHROPIC|CLAUDE|GEMINI|GOOGLE_GEN(?:ERATIVE)?_?AI|MISTRAL(?:_?AI)?|COHERE|GROQ|OPEN_?ROUTER|DEEP_?SEEK|PERPLEXITY|XAI|FIREWORKS(?:_?AI)?|TOGETHER(?:_?AI)?|AI21|CEREBRAS|LITE_?LLM|LLM';

/** `OPENAI_API_KEY`, `PROD_ANTHROPIC_KEY_ARN`, `LLM_BASE_URL`; `GOOGLE_API_KEY` is what Gemini's clients read. */
const VARIABLE = new RegExp(
  `^(?:[A-Z0-9]+_)*(?:(?:${PROVIDERS})_(?:[A-Z0-9]+_)*(?:API|KEY|TOKEN|SECRET|CREDENTIALS?|BASE|URL|ENDPOINT|MODEL|DEPLOYMENT)(?:_[A-Z0-9]+)*|GOOGLE_API_KEY)$`,
);

/** Hosts of their APIs. */
const HOST =
  /(?<![a-z0-9.-])(?:api\.openai\.com|[a-z0-9-]+\.openai\.azure\.com|[a-z0-9-]+\.services\.ai\.azure\.com|api\.anthropic\.com|generativelanguage\.googleapis\.com|(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com|api\.mistral\.ai|api\.cohere\.(?:ai|com)|api\.groq\.com|openrouter\.ai|api\.deepseek\.com|api\.perplexity\.ai|api\.x\.ai|api\.fireworks\.ai|api\.together\.(?:xyz|ai)|router\.huggingface\.co|api-inference\.huggingface\.co|api\.ai21\.com|api\.cerebras\.ai)(?![a-z0-9-]|\.[a-z])/i;

/** Anything that one of the above may be in: what can't be tells quickly. */
const HINT =
  /open_?-?ai|anthropic|claude|gemini|google|mistral|cohere|groq|open_?-?router|deep_?-?seek|perplexity|xai|fireworks|together|ai21|cerebras|llm|huggingface|\.x\.ai/i;

/** Words in the name of a secret or parameter. */
const SECRET =
  /(?<![a-z0-9])(?:azure-?openai|open-?ai|anthropic|claude|gemini|mistral|cohere|groq|open-?router|deep-?seek|perplexity)(?![a-z0-9])/;

/** The first sign that a workload calls a model of another provider than AWS; undefined without one. */
export function foreignModelSign(assembly: Assembly, { resource, role }: Compute): string | undefined {
  return signInProperties(resource) ?? signInSecrets(assembly, role);
}

function signInProperties(resource: Resource): string | undefined {
  if (!HINT.test(JSON.stringify(resource.properties))) return undefined;
  for (const { value, names } of textsOf(resource)) {
    const text = knownTextOf(value);
    const [host] = HOST.exec(text) ?? [];
    if (host !== undefined) return `it names ${host}`;
    const name = [names.at(-1) ?? '', text].find(isVariable);
    if (name !== undefined) return `it has the variable ${name}`;
  }
  return undefined;
}

function isVariable(name: string): boolean {
  return name.length < 100 && VARIABLE.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase());
}

/** The secret of a provider that the role may read. */
function signInSecrets(assembly: Assembly, role: Value): string | undefined {
  const policies = role === undefined ? undefined : identityPoliciesOf(assembly).of(role);
  for (const statement of (policies?.policies ?? []).flatMap(({ policy }) => statementsOf(policy))) {
    if (!readsSecrets(statement)) continue;
    const name = (statement.resource?.patterns ?? []).flatMap((each) => namesOf(assembly, each)).find(isOfProvider);
    if (name !== undefined) return `its role may read the secret ${name}`;
  }
  return undefined;
}

const READS = ['secretsmanager:GetSecretValue', 'ssm:GetParameter', 'ssm:GetParameters'];

function readsSecrets({ effect, action, resource }: Statement): boolean {
  return (
    effect !== 'Deny' &&
    resource?.negated === false &&
    !action.negated &&
    action.patterns.some((pattern) => READS.some((read) => matchAction(pattern, read) === 'true'))
  );
}

/** The names of the secret that a pattern is about: its text, and the name and logical id of a resource of the app. */
function namesOf(assembly: Assembly, pattern: Value): string[] {
  const found = resourcesIn(assembly, pattern);
  return [
    knownTextOf(pattern),
    ...found.flatMap((resource) => [
      ...resource.property('Name').map(({ value }) => describe(value)),
      resource.logicalId,
    ]),
  ];
}

function isOfProvider(name: string): boolean {
  return SECRET.test(
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
      .toLowerCase()
      .replace(/[_/:]/g, '-')
      .replace(/open-ai/g, 'openai'),
  );
}
