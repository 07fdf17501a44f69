import type { SchemaChoices } from '../../runtime/core/foreign-schema/adapted-schema';
import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';
import type { Language } from '../init/agent-files';
import type { AskServer } from './ask-server';
import type { Decisions } from './choices';
import type { AddressOptions } from './server-address';

/** What the user asked for. */
export interface ImportRequest extends AddressOptions {
  /** A folder, a file or an address. Undefined: the review files of the app, to be compared. */
  readonly given: string | undefined;
  /** The folder of the app. */
  readonly dir: string;
  readonly language: Language;
  /** Of the agent in a new app. */
  readonly name: string;
  /** Where a new app gets this package from. */
  readonly packageSource: string | undefined;
  /** Only these servers. Empty: all. */
  readonly servers: readonly string[];
  readonly decisions: Decisions;
  /** Names of skills to import. `all`: every one. */
  readonly skills: ReadonlySet<string>;
  readonly choices: ReadonlyMap<string, SchemaChoices>;
  readonly prefix: string | undefined;
  /** Variables that hold tokens, by the server's name. `''`: for the only server. */
  readonly tokens: ReadonlyMap<string, string>;
  /** The tools of a saved answer to `tools/list`. Undefined: the server is asked. */
  readonly listing: readonly ToolDefinition[] | undefined;
  readonly compare: boolean;
  /** The servers have private addresses. */
  readonly internal: boolean;
  /** A person may be asked. */
  readonly mayAsk: boolean;
  readonly json: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly ask: AskServer;
}
