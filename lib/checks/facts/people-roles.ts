import { type Assembly, type Resource, resourcesIn } from '../../template/index';
import { variablesOf } from './variables';

/** Environment variables in which functions have the roles of the people who decide, or who operate. */
const PEOPLE = ['APPROVER_ROLE_NAME', 'APPROVER_GROUP_ROLES', 'OPERATOR_ROLE_NAME'];

/** Roles of the app that people take: approvers and operators. Known by what the functions are told, not by who is trusted. */
export function rolesOfPeople(assembly: Assembly): ReadonlySet<Resource> {
  const named = assembly
    .ofType('AWS::Lambda::Function')
    .flatMap(variablesOf)
    .filter(({ name }) => PEOPLE.includes(name))
    .flatMap(({ value }) => resourcesIn(assembly, value));
  return new Set(named.filter(({ type }) => type === 'AWS::IAM::Role'));
}
