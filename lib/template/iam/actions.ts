import { brotliDecompressSync } from 'node:zlib';
import { ACTION_TABLE } from './action-table';
import { matchAction } from './evaluate';

/** One IAM action. */
export interface KnownAction {
  /** `s3:GetObject` */
  readonly name: string;
  /** `read` is AWS's Read and List; `permissions` is its Permissions management. */
  readonly level: 'read' | 'write' | 'permissions';
  /** False: AWS authorizes the action without a resource, so a policy can only name `*`. */
  readonly takesResource: boolean;
}

/** The actions that a pattern covers. Empty when none is known. */
export function actionsMatching(pattern: string): readonly KnownAction[] {
  const key = pattern.toLowerCase();
  const covered = COVERED.get(key) ?? readCovered(key);
  COVERED.set(key, covered);
  return covered;
}

const COVERED = new Map<string, readonly KnownAction[]>();

/** One action by its exact name; one that isn't in AWS's list counts as a write. */
export function actionNamed(name: string): KnownAction {
  const [known] = /[*?]/.test(name) ? [] : actionsMatching(name);
  return known ?? { name, level: 'write', takesResource: true };
}

function readCovered(pattern: string): readonly KnownAction[] {
  const [service = '', rest] = pattern.split(':');
  if (rest === undefined) return pattern === '*' ? [...services().keys()].flatMap(actionsOf) : [];
  const named = /[*?]/.test(service)
    ? [...services().keys()].filter((each) => matchAction(service, each) === 'true')
    : [service];
  return named.flatMap(actionsOf).filter(({ name }) => matchAction(pattern, name) === 'true');
}

const LEVELS: { readonly [letter: string]: KnownAction['level'] } = { r: 'read', w: 'write', p: 'permissions' };

const KNOWN = new Map<string, readonly KnownAction[]>();

function actionsOf(service: string): readonly KnownAction[] {
  let actions = KNOWN.get(service);
  if (actions === undefined) {
    actions = (services().get(service) ?? []).flatMap((group) => {
      const [kind = '', names = ''] = group.split(':');
      const level = LEVELS[kind.charAt(0)] ?? 'write';
      const takesResource = !kind.endsWith('*');
      return names.split(',').map((name) => ({ name: `${service}:${name}`, level, takesResource }));
    });
    KNOWN.set(service, actions);
  }
  return actions;
}

let table: ReadonlyMap<string, readonly string[]> | undefined;

/** Groups of actions by service. The table is unpacked when the first pattern is asked about. */
function services(): ReadonlyMap<string, readonly string[]> {
  table ??= new Map(
    brotliDecompressSync(Buffer.from(ACTION_TABLE, 'base64'))
      .toString()
      .split('\n')
      .map((line) => {
        const [service = '', ...groups] = line.split(' ');
        return [service, groups] as const;
      }),
  );
  return table;
}
