import type { TargetKind, TargetManifest } from '../../runtime/core/contracts';
import { NOUN } from '../../runtime/core/targets/derived-ids';
import { fromFactory } from '../private/props/from-factory';
import { flag, type Members, memberOf, optional, struct, text } from '../private/props/shape';
import { type TargetOptions, type UrlTargetOptions, WhenAbsent } from './target-options';

const POINTER = text('/accountId');
const MEMBERS: Members<TargetOptions> = {
  whenAbsent: optional(memberOf<WhenAbsent>('WhenAbsent', WhenAbsent, 'NOBODY')),
  of: optional(text('order')),
};
const OPTIONS = struct<TargetOptions>(MEMBERS, '{ whenAbsent: WhenAbsent.NOBODY }');
const URL_OPTIONS = struct<UrlTargetOptions>({ ...MEMBERS, wholeOrigin: optional(flag()) }, '{ wholeOrigin: true }');

/**
 * An argument that says to whom or where: a recipient, an account, a URL. Its kind says when the user's task names it.
 * Pointers are JSON pointers into the input; `*` is each element of a list, as in `/mails/*\/to`.
 */
export class Target {
  /** A URL of http or https. The task names it, or a URL at the same origin that is above it. A query must be named too. */
  public static url(pointer: string, options: UrlTargetOptions = {}): Target {
    const given = { pointer: [POINTER, pointer], options: [URL_OPTIONS, options] } as const;
    return fromFactory(Target, 'Target.url', given, () => {
      const reach = options.wholeOrigin ? ({ reach: 'origin' } as const) : {};
      return new Target({ ...manifestOf('url', pointer, options), ...reach });
    });
  }

  /** An email address. The local part must be equal, the domain too except for the case of its letters. */
  public static email(pointer: string, options: TargetOptions = {}): Target {
    return made('email', pointer, options);
  }

  /**
   * The number of an account, without spaces and dashes, or a payee's name. The check digits of an IBAN must be right. A
   * number of digits alone is named only as an account: "to account 4711", not as an amount.
   */
  public static account(pointer: string, options: TargetOptions = {}): Target {
    return made('account', pointer, options);
  }

  /** A person's name or handle, as whole words of the task. */
  public static person(pointer: string, options: TargetOptions = {}): Target {
    return made('person', pointer, options);
  }

  /** Another name, of a place, a channel or a company, or what is searched for, as whole words of the task. */
  public static named(pointer: string, options: TargetOptions = {}): Target {
    return made('name', pointer, options);
  }

  /** The path of a file: the task names it, or a folder above it. */
  public static path(pointer: string, options: TargetOptions = {}): Target {
    return made('path', pointer, options);
  }

  /** An id, as a whole word of the task. A bare number is named only with its noun: "order 4711". */
  public static id(pointer: string, options: TargetOptions = {}): Target {
    return made('id', pointer, options);
  }

  /** A value of another kind, exactly as a whole word of the task. A bare number is never named by the task. */
  public static exact(pointer: string, options: TargetOptions = {}): Target {
    return made('exact', pointer, options);
  }

  /** @internal */
  public static _of(manifest: TargetManifest): Target {
    return new Target(manifest);
  }

  private constructor(
    /** @internal */
    public readonly _manifest: TargetManifest,
  ) {}

  /** JSON pointer of the argument. */
  public get pointer(): string {
    return this._manifest.pointer;
  }
}

function made(kind: Exclude<TargetKind, 'url'>, pointer: string, options: TargetOptions): Target {
  const given = { pointer: [POINTER, pointer], options: [OPTIONS, options] } as const;
  const factory = `Target.${kind === 'name' ? 'named' : kind}`;
  return fromFactory(Target, factory, given, () => Target._of(manifestOf(kind, pointer, options)));
}

function manifestOf(kind: TargetKind, pointer: string, { whenAbsent, of }: TargetOptions): TargetManifest {
  if (of !== undefined && !NOUN.test(of)) throw new Error(`"${of}" is no noun; write a word such as "order"`);
  return { pointer, kind, ...(whenAbsent ? { absent: whenAbsent } : {}), ...(of === undefined ? {} : { of }) };
}
