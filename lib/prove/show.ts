import type { Access } from '../template/iam/access';
import type { Path } from '../template/network/reach';

/** A path in one line. */
export function showPath({ workload, kind, to, via }: Path): string {
  const way = via.length === 0 ? '' : ` by ${via.join(', ')}`;
  return `${workload.path} → ${to} (${kind})${way}`;
}

/** An access in one line, with the statements that allow it. */
export function showAccess({ role, action, target, allowed, grounds }: Access): string {
  const by = [...new Set(grounds.map(({ source, sid }) => `${source} ${sid}`))].join(', ');
  return `${role.path} ${allowed === 'true' ? 'may' : 'may, under conditions,'} ${action} on ${target.path} (${by})`;
}
