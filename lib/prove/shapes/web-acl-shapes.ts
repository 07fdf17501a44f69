import { asNumber, describe, isObject, listOf, memberOf, Unresolved, type Value } from '../../template';
import { ownAccount } from './own-account';
import { anything, aResource, each, type Judge, known, oneOf, type Shape } from './shape';

/** What the common rules may be told: nothing that turns one of them off. */
const OF_COMMON = ['Name', 'VendorName', 'Version'];
const OF_RATE = ['AggregateKeyType', 'EvaluationWindowSec', 'Limit'];

function isOnly(value: Value, members: readonly string[]): boolean {
  return isObject(value) && Object.keys(value).every((name) => members.includes(name));
}

/** Blocks an address that sends too much, whatever it asks for. */
function isRate(rule: Value): boolean {
  const rate = memberOf(rule, 'Statement', 'RateBasedStatement');
  return (
    memberOf(rule, 'Action', 'Block') !== undefined &&
    isOnly(rate, OF_RATE) &&
    memberOf(rate, 'AggregateKeyType') === 'IP' &&
    asNumber(memberOf(rate, 'Limit')) !== undefined
  );
}

/** Refuses the requests of common attacks. */
function isCommon(rule: Value): boolean {
  const group = memberOf(rule, 'Statement', 'ManagedRuleGroupStatement');
  return (
    memberOf(rule, 'OverrideAction', 'None') !== undefined &&
    isOnly(group, OF_COMMON) &&
    memberOf(group, 'VendorName') === 'AWS' &&
    memberOf(group, 'Name') === 'AWSManagedRulesCommonRuleSet'
  );
}

/** Ends the evaluation with a yes, or may: what is in a group of somebody's own isn't known. */
function letsThrough(rule: Value): boolean {
  const statement = memberOf(rule, 'Statement');
  return (
    memberOf(rule, 'Action', 'Allow') !== undefined || memberOf(statement, 'RuleGroupReferenceStatement') !== undefined
  );
}

const rules: Judge = known((value) => {
  const given = listOf(value);
  const unread = given.find((rule) => !isObject(rule) || memberOf(rule, 'Statement') instanceof Unresolved);
  if (unread !== undefined) return `can't be proven: ${describe(unread)}`;
  const [rate, common] = [given.find(isRate), given.find(isCommon)];
  if (rate === undefined) return 'has no rule that blocks addresses that send too much';
  if (common === undefined) return 'has no rule that refuses common attacks';
  const priority = (rule: Value): number => asNumber(memberOf(rule, 'Priority')) ?? Number.NaN;
  const last = Math.max(priority(rate), priority(common));
  const before = given.find((rule) => letsThrough(rule) && !(priority(rule) > last));
  return before === undefined
    ? undefined
    : `has ${describe(memberOf(before, 'Name'))}, which lets requests through before the other rules see them`;
});

/** The firewall before a public web desk. Each further rule only refuses. */
export const WEB_ACL_SHAPE: Shape = {
  AssociationConfig: anything,
  CaptchaConfig: anything,
  ChallengeConfig: anything,
  CustomResponseBodies: anything,
  DataProtectionConfig: anything,
  DefaultAction: anything,
  Description: anything,
  Name: anything,
  Rules: rules,
  Scope: oneOf('REGIONAL'),
  Tags: anything,
  TokenDomains: anything,
  VisibilityConfig: anything,
};

/** What puts it there: the firewall of the app. */
export const IN_FRONT_SHAPE: Shape = { ResourceArn: anything, WebACLArn: aResource('AWS::WAFv2::WebACL') };

/** Where its requests are recorded, with the cookies of people: in the own account. */
export const WEB_LOG_SHAPE: Shape = {
  LogDestinationConfigs: each(ownAccount),
  LogType: anything,
  LoggingFilter: anything,
  RedactedFields: anything,
  ResourceArn: anything,
};
