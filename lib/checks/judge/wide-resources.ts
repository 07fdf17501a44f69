import {
  DynamicReference,
  describe,
  isTextual,
  piecesOf,
  Reference,
  type TextPiece,
  Unresolved,
  type Value,
} from '../../template/index';
import { unproven } from './offences';

/** In place of text that is known only after deployment and is one name. */
const NAME = 'N';

/**
 * Why a resource is too wide; undefined when it isn't. Allowed are one resource, and everything below one: `bucket/*`,
 * `log-group:NAME:*`, `table/NAME/index/*`.
 */
export function wideResource(pattern: Value): string | undefined {
  if (pattern instanceof Unresolved) return unproven(pattern);
  if (!isTextual(pattern)) return `can't be proven: the resource ${describe(pattern)} isn't text`;
  const pieces = piecesOf(pattern) ?? [];
  const unknown = pieces.find((piece) => piece instanceof Unresolved);
  if (unknown instanceof Unresolved && (unknown instanceof DynamicReference || !isPartOfArn(pieces)))
    return unproven(unknown);
  if (pattern === '*') return 'allows *: every resource';
  const [first] = pieces;
  const text = pieces.map((piece) => (typeof piece === 'string' ? piece : NAME)).join('');
  // An attribute first: the ARN or name of one resource.
  const isOwn = first instanceof Reference && !first.isPseudo;
  const fault = isOwn ? faultBelow(text.slice(NAME.length)) : faultOfArn(text);
  return fault === undefined ? undefined : `allows ${describe(pattern)}: ${fault}`;
}

/** An ARN of a known service, or what belongs to a resource of the app. What is given at deployment in the rest is one name. */
function isPartOfArn([head, partition, next]: readonly TextPiece[]): boolean {
  if (head instanceof Reference && !head.isPseudo) return true;
  if (typeof head === 'string' && /^arn:[^:]*:[a-z0-9-]+:/.test(head)) return true;
  const isInPartition = head === 'arn:' && partition instanceof Reference && partition.isPseudo;
  return isInPartition && typeof next === 'string' && /^:[a-z0-9-]+:/.test(next);
}

const OF_A_KIND = 'every resource of a kind';

/** What follows one resource's ARN or name. A wildcard directly after it would extend the name. */
function faultBelow(rest: string): string | undefined {
  return /^[*?]/.test(rest) ? OF_A_KIND : faultOfPrefix(rest);
}

function faultOfArn(text: string): string | undefined {
  if (!/[*?]/.test(text)) return undefined;
  const [, partition = '', service, region = '', account, ...rest] = text.split(':');
  if (service === undefined || account === undefined || rest.length === 0) return OF_A_KIND;
  const isOpen = (part: string): boolean => /[*?]/.test(part);
  if (isOpen(service)) return OF_A_KIND;
  // A secret's ARN ends in six random characters that aren't known before it is created.
  const resource = rest.join(':').replace(/-\?{6}$/, '');
  if (service === 's3' && NO_BUCKET.test(resource)) return undefined;
  const fault = service === 'secretsmanager' ? faultOfSecret(resource) : faultOfResource(service, resource);
  if (fault !== undefined) return fault;
  if (isOpen(partition)) return 'the same name in any partition';
  if (isModel(service, resource)) return undefined;
  if (isOpen(account)) return 'the same name in any account';
  return isOpen(region) && !isChosenByService(service, resource) ? 'the same name in any region' : undefined;
}

/**
 * Ids that the service chooses, and chooses none twice: no other region has the same. Of names that people choose, one may have.
 *
 * Source: Service Authorization Reference, "Resource types defined by Amazon Bedrock"; Amazon Bedrock API Reference.
 */
function isChosenByService(service: string, resource: string): boolean {
  return (
    service === 'bedrock' &&
    /^(knowledge-base|guardrail|agent|agent-alias|flow|prompt|data-automation-project)\/[^*?]+$/.test(resource)
  );
}

/** Objects of a bucket without a name, such as one that an empty parameter leaves out. No ARN is so: it allows nothing. */
const NO_BUCKET = /^\/[*?]/;

/** AWS's own models and profiles: a profile sends requests to a model in several regions. Source: Amazon Bedrock User Guide, "Prerequisites for inference profiles". */
function isModel(service: string, resource: string): boolean {
  return service === 'bedrock' && /^(foundation-model|inference-profile)\//.test(resource);
}

function faultOfSecret(resource: string): string | undefined {
  if (!/[*?]/.test(resource)) return undefined;
  // AgentCore Identity makes these, and names them itself.
  if (/^secret:bedrock-agentcore-identity!default\/[a-z0-9]+\//.test(resource)) return undefined;
  return /^secret:[^*?]*[^*?/:]-?\*$/.test(resource)
    ? 'every secret whose name begins so; for the six characters that AWS adds, write -??????'
    : 'every secret whose name begins so';
}

function faultOfResource(service: string, resource: string): string | undefined {
  const wildcard = resource.search(/[*?]/);
  if (wildcard < 0) return undefined;
  // The reports of one project. Source: AWS CodeBuild User Guide, "Report group naming": PROJECT-REPORT.
  if (service === 'codebuild' && /^report-group\/[^*?/]+-\*$/.test(resource)) return undefined;
  // A log group's name has slashes, also in front, and ends at a colon.
  if (service === 'logs' && /^log-group:[^*?:]+:/.test(resource)) return undefined;
  const names = resource.slice(0, wildcard).replace(/^\//, '').split(/[/:]/);
  // In `bucket/` and `api-id/` the first name is the resource. Elsewhere it is `type/NAME/` or `type:NAME:`.
  const whole = service === 's3' || service === 'execute-api' ? 1 : 2;
  const isBelowOne = names.length - 1 >= whole && names.slice(0, whole).every((name) => name !== '');
  if (!isBelowOne) return OF_A_KIND;
  // AgentCore adds a part to the names of its identities.
  return service === 'bedrock-agentcore' ? undefined : faultOfPrefix(resource);
}

/** `bucket/tenant-1*` is about `tenant-10` too. After a separator the name is whole. */
function faultOfPrefix(rest: string): string | undefined {
  const [, before = ''] = /^([^*?]*)[*?]/.exec(rest) ?? [];
  const [begun] = /[A-Za-z0-9]+$/.exec(before) ?? [];
  return begun === undefined
    ? undefined
    : 'also names that only begin so, because no separator stands before the wildcard';
}
