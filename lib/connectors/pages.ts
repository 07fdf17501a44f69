import type { HttpPages } from '../../runtime/core/executor-config';
import { pointerTokens } from '../../runtime/core/json/pointer';
import type { Arguments } from '../private/props/check';
import { fromFactory } from '../private/props/from-factory';
import { text } from '../private/props/shape';

const POINTER = text('/next_cursor');
const PARAMETER = text('cursor');

/** The argument that the executor adds to the input: the reference that the result of an earlier call gave. @internal */
export const PAGE_ARGUMENT = 'page_reference';

/**
 * How a target says that there are more results. The agent gets a reference that the executor made; it leads to the next page of the
 * same tool, with the same arguments, in the same session, and nowhere else. The model can't write an address or a cursor.
 *
 * Of an address that the target names, only the query is taken, and only if it is of the base URL's origin and of the operation's path.
 */
export class Pages {
  /** The `Link` header of an answer names the next page with `rel="next"` (RFC 8288), as GitHub's does. */
  public static linkHeader(): Pages {
    return new Pages({ kind: 'link', argument: PAGE_ARGUMENT });
  }

  /** A member of the answer has the address of the next page: `Pages.nextUrl('/links/next')`. */
  public static nextUrl(at: string): Pages {
    return Pages.made('nextUrl', { at: [POINTER, at] }, at, { kind: 'url' });
  }

  /** A member of the answer has a value for a parameter of the next call's query: `Pages.cursor('/next_cursor', 'cursor')`. */
  public static cursor(at: string, parameter: string): Pages {
    const cursor = { in: 'query', name: parameter } as const;
    return Pages.made('cursor', { at: [POINTER, at], parameter: [PARAMETER, parameter] }, at, {
      kind: 'cursor',
      cursor,
    });
  }

  /** A member of the answer has a value for a member of the next call's body: `Pages.cursorInBody('/next_cursor', 'start_cursor')`. */
  public static cursorInBody(at: string, member: string): Pages {
    const cursor = { in: 'body', name: member } as const;
    return Pages.made('cursorInBody', { at: [POINTER, at], member: [PARAMETER, member] }, at, {
      kind: 'cursor',
      cursor,
    });
  }

  private static made(factory: string, given: Arguments, at: string, pages: Pick<HttpPages, 'kind' | 'cursor'>): Pages {
    return fromFactory(Pages, `Pages.${factory}`, given, () => {
      // It throws what is wrong with the pointer. The whole answer is no reference.
      if (pointerTokens(at).length === 0)
        throw new Error('the pointer names the whole answer; write one such as /next_cursor');
      if (pages.cursor?.name === '') throw new Error("the name is empty; write the target's own, such as 'cursor'");
      return new Pages({ ...pages, at, argument: PAGE_ARGUMENT });
    });
  }

  private constructor(
    /** @internal */
    public readonly _http: HttpPages,
  ) {}
}
