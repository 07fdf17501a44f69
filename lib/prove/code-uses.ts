import type { Access } from '../template/iam/access';
import type { Path } from '../template/network/reach';
import type { RuntimeParts } from './runtime-parts';
import { showAccess, showPath } from './show';

/** What code of a model reaches, and what its role may use besides its own log. */
export function usesOfCode(parts: RuntimeParts, paths: readonly Path[], accesses: readonly Access[]): string[] {
  return [
    ...paths.filter(({ workload }) => parts.ofWorkload(workload)?.kind === 'code sandbox').map(showPath),
    ...accesses
      .filter(
        ({ role, target }) => parts.ofRole(role)?.kind === 'code sandbox' && target.type !== 'AWS::Logs::LogGroup',
      )
      .map(showAccess),
  ];
}
