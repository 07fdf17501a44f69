import {
  type JsonObject,
  type JsonValue,
  type Manifest,
  type SessionItem,
  TARGET_PROVENANCES,
  type TargetManifest,
  type TargetProvenance,
  type ToolManifest,
} from './contracts';
import { pointerToken, pointerTokens } from './json/pointer';
import { lintTarget } from './schema/lint-target';
import { namedTargets } from './targets/address-book';
import { takenIds } from './targets/derived-ids';
import { kindOf } from './targets/kinds';
import { readTask } from './targets/task-text';
import { LONGEST_VALUE } from './targets/value-kind';

/** What a session knows about targets. */
export type TargetSession = Pick<SessionItem, 'taskText' | 'own' | 'ids'> & Partial<Pick<SessionItem, 'user'>>;

/** One value of a target, and where it was found. */
export interface TargetOrigin {
  /** JSON pointer of the value in the arguments. */
  readonly pointer: string;
  readonly provenance: TargetProvenance;
}

/** Whether a call with these targets runs without a person after untrusted content, if its tool is auto-approved. */
export function isTrusted({ own }: Pick<ToolManifest, 'own'>, provenance: TargetProvenance): boolean {
  return provenance !== 'unknown' && (provenance !== 'own' || own === 'trusted');
}

/** Says where the targets of calls were found: in the user's task, or in what the deployment trusts. */
export class TrustedDirectory {
  private readonly trusted: readonly string[];
  /** Trusted for every tool, and for answers to the user. */
  readonly shared: ReadonlySet<string>;
  private readonly book: NonNullable<Manifest['addressBook']>;
  private readonly values = new Map<string, ReadonlySet<string>>();
  private readonly ready = new Map<string, ReadyTarget[]>();

  constructor({ trustedDirectory = [], addressBook = [] }: Pick<Manifest, 'trustedDirectory' | 'addressBook'>) {
    this.trusted = trustedDirectory;
    this.shared = new Set(trustedDirectory);
    this.book = addressBook;
  }

  /** The trusted values of a tool, as they are written. */
  valuesOf({ name, trustedTargets = [] }: Pick<ToolManifest, 'name' | 'trustedTargets'>): ReadonlySet<string> {
    if (trustedTargets.length === 0) return this.shared;
    const values = this.values.get(name) ?? new Set([...this.trusted, ...trustedTargets]);
    this.values.set(name, values);
    return values;
  }

  /** Where the targets of a call were found: the least trusted of them decides. */
  provenanceOf(tool: ToolManifest, args: JsonObject, session: TargetSession): TargetProvenance {
    let least: TargetProvenance = 'constant';
    for (const { provenance } of this.origins(tool, args, session)) {
      if (RANK[provenance] > RANK[least]) least = provenance;
      if (least === 'unknown') break;
    }
    return least;
  }

  /** Where each value was found. A target that is left out has the place where it would be. */
  originsOf(tool: ToolManifest, args: JsonObject, session: TargetSession): TargetOrigin[] {
    return [...this.origins(tool, args, session)];
  }

  private *origins(tool: ToolManifest, args: JsonObject, session: TargetSession): Generator<TargetOrigin> {
    for (const target of this.ready.get(tool.name) ?? this.makeReady(tool)) {
      // A pointer that doesn't fit the schema would find nothing.
      if (target.isLost) yield { pointer: target.declared.pointer, provenance: 'unknown' };
      else yield* originsOfTarget(target, args, session);
    }
  }

  /** At the first call of a tool. Preparing all tools would slow the cold start. */
  private makeReady(tool: ToolManifest): ReadyTarget[] {
    const trusted = [...this.trusted, ...(tool.trustedTargets ?? [])];
    const book = tool.addressBook ? [...this.book, ...tool.addressBook] : this.book;
    const users = book.filter(({ user }) => user !== undefined);
    const ready = tool.targets.map((declared): ReadyTarget => {
      const { normal } = kindOf(declared);
      const normals = (values: readonly string[]) => new Set(values.flatMap((value) => normal(value) ?? []));
      return {
        declared,
        effect: tool.effect,
        tokens: pointerTokens(declared.pointer),
        isLost: lintTarget(tool.schema, declared.pointer) !== undefined,
        directory: normals(trusted),
        book,
        users,
        normals,
      };
    });
    this.ready.set(tool.name, ready);
    return ready;
  }
}

const RANK = Object.fromEntries(TARGET_PROVENANCES.map((each, index) => [each, index])) as Record<
  TargetProvenance,
  number
>;

/** A target of a tool, with what it is compared with. */
interface ReadyTarget {
  readonly declared: TargetManifest;
  readonly effect: ToolManifest['effect'];
  readonly tokens: readonly string[];
  readonly isLost: boolean;
  readonly directory: ReadonlySet<string>;
  readonly book: NonNullable<Manifest['addressBook']>;
  /** The entries of users. */
  readonly users: NonNullable<Manifest['addressBook']>;
  readonly normals: (values: readonly string[]) => ReadonlySet<string>;
}

function* originsOfTarget(target: ReadyTarget, args: JsonObject, session: TargetSession): Generator<TargetOrigin> {
  const sources = sourcesOf(target, session);
  // A long list repeats what the task can name.
  const known = new Map<string, TargetProvenance>();
  for (const { pointer, value } of valuesAt(args, target.tokens, '')) {
    if (value === undefined) {
      const { absent } = target.declared;
      if (absent !== 'nobody') yield { pointer, provenance: absent ?? 'unknown' };
    } else if (value === LOST) yield { pointer, provenance: 'unknown' };
    else {
      const provenance = known.get(value) ?? foundIn(value, target, sources);
      known.set(value, provenance);
      yield { pointer, provenance };
    }
  }
}

interface Sources {
  readonly task: ReturnType<typeof readTask>;
  readonly named: ReadonlySet<string>;
  readonly own: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
}

function sourcesOf(
  { declared, effect, book, users, normals }: ReadyTarget,
  { taskText, user, own = [], ids = [] }: TargetSession,
): Sources {
  const task = readTask(taskText);
  const takesIds = declared.of !== undefined || declared.kind === 'id';
  const owned = users.filter((entry) => entry.user === user);
  return {
    task,
    named: book.length > 0 ? normals(namedTargets(book, task)) : NONE,
    own: own.length + owned.length > 0 ? normals([...own, ...owned.flatMap(({ targets }) => targets)]) : NONE,
    ids: takesIds && ids.length > 0 ? normals(takenIds(declared, effect, ids)) : NONE,
  };
}

const NONE: ReadonlySet<string> = new Set();

function foundIn(
  value: string,
  { declared, directory }: ReadyTarget,
  { task, named, own, ids }: Sources,
): TargetProvenance {
  if (value.length > LONGEST_VALUE) return 'unknown';
  const kind = kindOf(declared);
  const normal = kind.normal(value);
  if (normal === undefined) return 'unknown';
  if (kind.isNamed(value, task, declared)) return 'task';
  if (named.has(normal)) return 'directory';
  if (own.has(normal)) return 'own';
  if (directory.has(normal)) return 'directory';
  return ids.has(normal) ? 'derived' : 'unknown';
}

/** The arguments don't have the shape of the pointer. */
const LOST = Symbol('lost');

/**
 * Every value at a pointer; `*` is each element of a list. Undefined: the target is left out there, or empty.
 */
function* valuesAt(
  value: JsonValue | undefined,
  [token, ...rest]: readonly string[],
  pointer: string,
): Generator<{ pointer: string; value: string | undefined | typeof LOST }> {
  if (isEmpty(value)) yield { pointer, value: undefined };
  else if (token === undefined) yield* leaves(value, pointer);
  else if (Array.isArray(value)) {
    if (token !== '*') yield { pointer, value: LOST };
    else for (const [index, element] of value.entries()) yield* valuesAt(element, rest, `${pointer}/${index}`);
  } else if (typeof value !== 'object') yield { pointer, value: LOST };
  else
    yield* valuesAt(Object.hasOwn(value, token) ? value[token] : undefined, rest, `${pointer}/${pointerToken(token)}`);
}

function* leaves(
  value: NonNullable<JsonValue>,
  pointer: string,
): Generator<{ pointer: string; value: string | undefined }> {
  if (typeof value !== 'object') yield { pointer, value: String(value) };
  else {
    for (const [name, inner] of Object.entries(value)) {
      if (isEmpty(inner)) yield { pointer: `${pointer}/${pointerToken(name)}`, value: undefined };
      else yield* leaves(inner, `${pointer}/${pointerToken(name)}`);
    }
  }
}

function isEmpty(value: JsonValue | undefined): value is undefined | null {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
