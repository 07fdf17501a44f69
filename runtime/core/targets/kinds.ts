import type { TargetKind, TargetManifest } from '../contracts';
import { accounts } from './accounts';
import { emails } from './emails';
import { exactValues, ids } from './ids';
import { names } from './names';
import { paths } from './paths';
import { urls } from './urls';
import type { ValueKind } from './value-kind';

const KINDS: Readonly<Record<TargetKind, ValueKind>> = {
  url: urls,
  email: emails,
  account: accounts,
  person: names,
  name: names,
  path: paths,
  id: ids,
  exact: exactValues,
};

export function kindOf({ kind }: Pick<TargetManifest, 'kind'>): ValueKind {
  return KINDS[kind];
}
