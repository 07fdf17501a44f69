import {
  type Assembly,
  describe,
  isObject,
  listOf,
  memberOf,
  type Resource,
  Unresolved,
  type Value,
} from '../template';
import { isOfOwnAccount } from './shapes/own-account';

/**
 * Services whose events tell of findings, costs and deployments, and never what the runtime got or did. Those of Step Functions hold the
 * input of an approval, those of ECS what a task was started with, those of CloudTrail the parameters of calls.
 */
const TELLS_NOTHING =
  /^aws\.(access-analyzer|backup|budgets|ce|cloudformation|cloudwatch|codebuild|codepipeline|config|devops-guru|guardduty|health|inspector2?|macie2?|organizations|securityhub|signin|support|trustedadvisor)$/;

/**
 * Why a rule tells others what happens in the runtime: it is for events of AWS's services in this account, names none that is known to
 * tell nothing, and sends them to another account or to an address.
 */
export function sendsAway(assembly: Assembly, rule: Resource): string[] {
  if (rule.type !== 'AWS::Events::Rule' || !isOnDefaultBus(assembly, rule)) return [];
  const patterns = rule.property('EventPattern').filter(({ value }) => value !== undefined);
  if (!patterns.some(({ value }) => mayMatchRuntime(value))) return [];
  return rule.items('Targets').flatMap(({ value }) => {
    const arn = memberOf(value, 'Arn');
    if (arn === undefined || memberOf(value, 'Input') !== undefined || staysHere(assembly, rule, arn)) return [];
    return [
      `${rule.path} (${rule.type}) sends events of AWS’s services to ${describe(arn)}: they hold what the runtime got`,
    ];
  });
}

/** Only the default bus has events of AWS’s services. */
function isOnDefaultBus(assembly: Assembly, rule: Resource): boolean {
  return rule.property('EventBusName').some(({ value }) => {
    if (value === undefined || value instanceof Unresolved) return true;
    if (assembly.find(value)?.type === 'AWS::Events::EventBus') return false;
    return /(^|\/)default$/.test(describe(value));
  });
}

function mayMatchRuntime(pattern: Value): boolean {
  const sources = memberOf(pattern, 'source');
  if (!isObject(pattern) || sources === undefined || sources instanceof Unresolved) return true;
  return listOf(sources).some((source) => {
    // Only AWS sends events with a source that begins with `aws.`.
    if (typeof source === 'string') return source.startsWith('aws.') && !TELLS_NOTHING.test(source);
    const beginning = memberOf(source, 'prefix');
    return typeof beginning !== 'string' || 'aws.'.startsWith(beginning) || beginning.startsWith('aws.');
  });
}

/** A bus is there to be sent events by others: without an account that is known to be its own, it is one of others. */
function staysHere(assembly: Assembly, rule: Resource, arn: Value): boolean {
  const target = assembly.find(arn);
  if (target !== undefined) return target.type !== 'AWS::Events::ApiDestination';
  const text = describe(arn).replace(/\$\{[^}]*\}/g, '-');
  if (/:api-destination\//.test(text)) return false;
  if (isOfOwnAccount(arn, rule.template)) return true;
  const [, , service, , account] = text.split(':');
  return service !== 'events' && !(rule.template.source.account !== undefined && /^\d{12}$/.test(account ?? ''));
}
