import { isFalse, listOf, memberOf, type Resource } from '../template';

/** A type that acts on whatever a tag, a wildcard or nothing at all selects. */
interface AccountWide {
  readonly does: string;
  /** Whether one resource of the type certainly selects by name only, or does nothing. @default never */
  readonly isNarrow?: (resource: Resource) => boolean;
}

const TYPES: { readonly [type: string]: AccountWide } = {
  'AWS::Backup::BackupSelection': {
    does: 'it copies what a tag or a wildcard selects',
    isNarrow: (resource) => !/"(ListOfTags|Conditions)"|[*?]/.test(textOf(resource)),
  },
  'AWS::Events::EventBusPolicy': {
    does: 'it lets others change the rules of the account',
    // Another bus has no rule of the runtime. Whoever may send events can't send those of AWS.
    // Source: EventBridge User Guide, "Permissions for event buses".
    isNarrow: (resource) =>
      resource.property('EventBusName').every(({ value }) => value !== undefined && value !== 'default') ||
      ['Action', 'Statement'].every((member) => sendsOnly(resource, member)),
  },
  'AWS::Logs::AccountPolicy': {
    does: 'it subscribes to, or changes, the log groups of the account',
    // Masks what looks like data of people, or says which fields are indexed.
    isNarrow: ({ properties }) => properties.PolicyType === 'FIELD_INDEX_POLICY',
  },
  'AWS::ECR::ReplicationConfiguration': { does: 'it copies the images of the registry' },
  'AWS::Oam::Link': {
    does: 'it shows another account what this one measures and logs',
    isNarrow: ({ properties }) => {
      const types = properties.ResourceTypes;
      return Array.isArray(types) && types.every((type) => type === 'AWS::CloudWatch::Metric');
    },
  },
  'AWS::FMS::Policy': {
    does: 'it changes groups, lists of addresses and firewalls of the account',
    isNarrow: (resource) => resource.property('RemediationEnabled').every(({ value }) => isFalse(value)),
  },
  'AWS::FIS::ExperimentTemplate': {
    does: 'it disturbs what a tag selects',
    isNarrow: (resource) => !/"(ResourceTags|Filters)"|[*?]/.test(textOf(resource)),
  },
  'AWS::Config::RemediationConfiguration': {
    does: 'it changes what a rule of AWS Config finds',
    isNarrow: (resource) => resource.property('Automatic').every(({ value }) => value === undefined || isFalse(value)),
  },
  'AWS::SecurityLake::DataLake': { does: 'it gathers the logs of the account in another place' },
};

/** Whether a policy of a bus lets others send events, and nothing else. */
function sendsOnly(resource: Resource, member: string): boolean {
  return resource.property(member).every(({ value }) => {
    const isStatement = member === 'Statement' && value !== undefined;
    if (isStatement && memberOf(value, 'Effect') === 'Deny') return true;
    if (isStatement && memberOf(value, 'NotAction') !== undefined) return false;
    const actions = isStatement ? memberOf(value, 'Action') : value;
    return listOf(actions).every((action) => action === 'events:PutEvents');
  });
}

/** Why a resource that names no resource of the runtime may still touch it. */
export function accountWide(resource: Resource): string[] {
  const found = Object.hasOwn(TYPES, resource.type) ? TYPES[resource.type] : undefined;
  if (found === undefined || found.isNarrow?.(resource) === true) return [];
  return [`${resource.path} (${resource.type}): ${found.does}, so it may touch the runtime`];
}

function textOf({ properties }: Resource): string {
  return JSON.stringify(properties);
}
