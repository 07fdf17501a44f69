import { variablesOf } from '../../lib/checks/facts/variables';
import { type Assembly, type Resource, referencesIn } from '../../lib/template';
import { accessesOf } from '../../lib/template/iam/access';

/** Whether each role may read each secret exactly where it is the secret's reader. */
export interface Cells {
  readonly roles: number;
  readonly secrets: number;
  /** `role → secret: what is wrong` */
  readonly wrong: readonly string[];
}

/** By identity policies, boundary and resource policy, as the product's own evaluator of IAM reads them in the template. */
export function roleSecretCells(assembly: Assembly): Cells {
  const roles = assembly.ofType('AWS::IAM::Role');
  const secrets = assembly.ofType('AWS::SecretsManager::Secret');
  const readers = readersOf(assembly);
  const allowed = new Map(
    accessesOf(assembly)
      .filter(({ action, target }) => action === 'secretsmanager:GetSecretValue' && secrets.includes(target))
      .map(({ role, target, allowed: truth }) => [`${role.path} ${target.path}`, truth]),
  );
  const wrong = roles.flatMap((role) =>
    secrets.flatMap((secret) => {
      const truth = allowed.get(`${role.path} ${secret.path}`);
      const isReader = readers.get(secret)?.has(role) === true;
      if (isReader ? truth === 'true' : truth === undefined) return [];
      return [`${role.path} → ${secret.path}: ${isReader ? 'its reader may not read it' : `may read it (${truth})`}`];
    }),
  );
  return { roles: roles.length, secrets: secrets.length, wrong };
}

/** The roles of the functions whose configuration names each secret. */
function readersOf(assembly: Assembly): ReadonlyMap<Resource, ReadonlySet<Resource>> {
  const readers = new Map<Resource, Set<Resource>>();
  for (const fn of assembly.ofType('AWS::Lambda::Function')) {
    const role = fn.property('Role').flatMap(({ value }) => assembly.find(value) ?? [])[0];
    for (const { value } of variablesOf(fn)) {
      for (const named of referencesIn(value).flatMap((reference) => assembly.find(reference) ?? [])) {
        if (named.type !== 'AWS::SecretsManager::Secret' || role === undefined) continue;
        readers.set(named, (readers.get(named) ?? new Set()).add(role));
      }
    }
  }
  return readers;
}
