import { isObject, type Resource, type Value } from '../../../lib/template';
import { blocked, unlessBlocked } from '../finding';
import { allPages } from '../pages';
import type { PreflightCheck } from '../preflight-check';
import { DescribeManagedPrefixListsCommand } from '../sdk';
import type { Target } from '../target';

/**
 * Security groups name the prefix lists of S3 and DynamoDB by id. The ids differ from region to region.
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html
 */
export const prefixLists: PreflightCheck = {
  title: 'prefix lists',
  permissions: ['ec2:DescribeManagedPrefixLists'],
  run: async (target, { ec2 }) => {
    const used = GROUP_TYPES.flatMap((type) => target.assembly.ofType(type)).flatMap((group) => listsIn(target, group));
    const ids = [...new Set(used.map(({ id }) => id))];
    if (ids.length === 0) return [];
    const Filters = [{ Name: 'prefix-list-id', Values: ids }];
    const lists = await allPages(
      (NextToken) => ec2.send(new DescribeManagedPrefixListsCommand({ Filters, NextToken })),
      ({ PrefixLists }) => PrefixLists,
    );
    const { region } = target.environment;
    const find = `aws ec2 describe-managed-prefix-lists --region ${region} --filters Name=prefix-list-name,Values=com.amazonaws.${region}.s3,com.amazonaws.${region}.dynamodb --query 'PrefixLists[].[PrefixListName,PrefixListId]'`;
    const fix = `give the ids as s3PrefixListId and dynamoDbPrefixListId: ${find}`;
    const problems = ids.flatMap((id) => {
      const name = lists.find(({ PrefixListId }) => PrefixListId === id)?.PrefixListName;
      if (name === undefined) return [blocked(`${region} has no prefix list ${id}`, fix)];
      const wrong = used
        .filter((list) => list.id === id)
        .find(({ services }) => !services.some(isListOf(name, region)));
      if (wrong === undefined) return [];
      return [blocked(`${id} is ${name}, and not the list of ${wrong.services.join(' or ')} in ${region}`, fix)];
    });
    return unlessBlocked(problems, ids.join(', '));
  },
};

const GROUP_TYPES = ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress'];

/** The services with a gateway endpoint, as their prefix lists name them. */
const SERVICES = ['s3', 'dynamodb'];

const INLINE = ['SecurityGroupEgress', 'SecurityGroupIngress'];

function isListOf(name: string, region: string): (service: string) => boolean {
  return (service) => name === `com.amazonaws.${region}.${service}`;
}

/** A prefix list that a rule names. */
interface UsedList {
  readonly id: string;
  /** The service that the rule is for. The library writes it into the description; any other rule may be for both. */
  readonly services: readonly string[];
}

/** Ids that are known, in a group's own rules or in a separate rule. */
function listsIn(target: Target, group: Resource): UsedList[] {
  const description = group.property('Description').at(0)?.value;
  const rules: Value[] = [
    ...INLINE.flatMap((member) => group.items(member).map(({ value }) => value)),
    ...['DestinationPrefixListId', 'SourcePrefixListId'].flatMap((member) =>
      group.property(member).map(({ value }) => ({ [member]: value, Description: description })),
    ),
  ];
  return rules.flatMap((rule) => {
    if (!isObject(rule)) return [];
    const [, service] = /^HTTPS to (s3|dynamodb) through its gateway$/.exec(target.text(rule.Description) ?? '') ?? [];
    return [rule.DestinationPrefixListId, rule.SourcePrefixListId]
      .flatMap((id) => target.text(id) ?? [])
      .filter((id) => id.startsWith('pl-'))
      .map((id) => ({ id, services: service === undefined ? SERVICES : [service] }));
  });
}
