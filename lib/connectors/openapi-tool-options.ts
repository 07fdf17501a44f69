import { instanceOf, type Members, mapOf, memberOf, optional, struct, text } from '../private/props/shape';
import { ListFormat } from './list-format';
import { Pages } from './pages';
import type { ToolSettings } from './tool-options';
import { TOOL_SETTINGS } from './tool-shapes';

/** What an operation declares beyond its document, such as its effect, its targets and its limits. */
export interface OpenApiToolOptions extends ToolSettings {
  /** Its `operationId`, or its method and path, such as `POST /orders/{id}`. */
  readonly operation: string;
  /**
   * How the answer says that there are more results. Only for reads. The parameter that takes a cursor isn't an argument of the tool then.
   * @default - an answer is all that there is
   */
  readonly pages?: Pages;
  /**
   * How lists are written, by argument, where the document doesn't say it as the target wants it.
   * @default - as the document says
   */
  readonly lists?: { readonly [argument: string]: ListFormat };
  /**
   * What you chose where the schema leaves a choice, by its place: `{ '/properties/filter': 'text' }`. The error that asks for it lists what
   * is possible. With a review file, the choice stands there.
   * @default - none
   */
  readonly choices?: { readonly [place: string]: string };
}

const MEMBERS: Members<OpenApiToolOptions> = {
  operation: text('post-search'),
  ...TOOL_SETTINGS,
  pages: optional(instanceOf(Pages, 'Pages.linkHeader()')),
  lists: optional(mapOf(memberOf<ListFormat>('ListFormat', ListFormat, 'COMMA'), '{ ids: ListFormat.COMMA }')),
  choices: optional(mapOf(text('text'), "{ '/properties/filter': 'text' }")),
};

/** @internal */
export const OPENAPI_TOOL_OPTIONS = struct<OpenApiToolOptions>(
  MEMBERS,
  "{ operation: 'post-search', effect: Effect.READ }",
);
