import { describe, type Resource, type Value } from '../template';

/** Why a rule gets no events of AWS's services, and no schedule starts it: they come to the default bus. */
export function busFault(rule: Resource): string | undefined {
  const isDefault = rule.property('EventBusName').every(({ value }) => value === undefined || value === 'default');
  return isDefault ? undefined : `${rule.path} isn't on the default event bus`;
}

/** Why a rule may be off. */
export function offFault(rule: Resource): string | undefined {
  const state = rule.property('State').find(({ value }) => !isOn(value))?.value;
  if (state !== undefined) return `its State is ${describe(state)}`;
  return rule.presence === 'always' ? undefined : "can't be proven: it exists under a condition only";
}

function isOn(state: Value): boolean {
  return state === undefined || state === 'ENABLED' || state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
}
