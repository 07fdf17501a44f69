import { PREFIX_PATTERN } from '../../runtime/core/review/tool-names';
import { defineCommand } from '../command-line/define-command';
import { expectFolderOrNothing } from '../command-line/given-file';
import { flag, text, textOr, texts } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';
import { askServer } from '../import/ask-server';
import { readChoices, readGrants } from '../import/choices';
import { printResult, resultJson } from '../import/report';
import { runImport } from '../import/run-import';
import { savedListing } from '../import/saved-listing';
import { LANGUAGES, type Language, languageOf } from '../init/agent-files';

export const importCommand = defineCommand({
  description: `Shows the tools of a plugin of Claude, of a client's configuration, of an MCP server or of an OpenAPI document, lets a person
choose, and writes review files and connectors. Nothing is granted without a choice. No secret is printed or written.`,
  argument: {
    name: 'SOURCE',
    description: 'a folder, a file, or the address of an MCP server; with --compare, by default the app’s review files',
    optional: true,
    read: (first: string): string | undefined => first,
  },
  options: {
    dir: textOr('.', 'DIR', 'the folder of the app; one without cdk.json gets a new app'),
    grant: texts(
      'TOOLS',
      'tools to grant: NAME:EFFECT,… with read, write, outbound or destructive (without one, destructive)',
    ),
    grantReads: flag('grant, as reads, all tools that only read by their server’s own words'),
    accept: texts('TOOLS', 'tools whose changed definitions are accepted: NAME,…'),
    choose: texts('CHOICE', 'what an argument is where a choice is needed: TOOL:PLACE=CHOICE'),
    skill: texts('NAME', 'a skill to import, or all'),
    server: texts('NAME', 'only this server of several'),
    tokenEnv: texts('VARIABLE', 'the variable with the token to ask with; of several servers NAME=VARIABLE'),
    set: texts('NAME=VALUE', 'a value for a variable in an address; never a secret'),
    listing: text('FILE', 'a saved answer to tools/list, in place of asking the server'),
    prefix: text('PREFIX', 'what the names of the tools begin with; by default the name of the server'),
    pathIsPublic: flag('what looks like a secret in the path of an address is none'),
    internal: flag('the servers have private addresses'),
    compare: flag('only compare with what was reviewed, and write nothing'),
    yes: flag('ask nothing'),
    json: flag('ask nothing, and print everything as JSON'),
    language: text('LANGUAGE', 'typescript or python; by default the language of the app'),
    name: textOr('support', 'NAME', 'the name of the agent, in a new app'),
    package: text('SOURCE', 'where npm or pip gets this package from, in a new app'),
  },
  examples: [
    'hardened-agent import ./my-plugin --dir support-app',
    'hardened-agent import .vscode/mcp.json --server github --token-env GITHUB_TOKEN --grant-reads',
    'hardened-agent import https://mcp.example.com/mcp --grant search:read,create_issue:write',
    'hardened-agent import openapi.yaml --json',
    'hardened-agent import --compare',
  ],
  exitCodes: {
    0: 'imported; with --compare, no granted tool changed',
    1: 'something could not be imported or granted; with --compare, a granted tool changed',
  },
  run: async ({ argument: given, options, io }) => {
    if (given === undefined && !options.compare) {
      throw new UsageError('Missing argument SOURCE: a folder, a file, or the address of an MCP server.');
    }
    expectFolderOrNothing(options.dir, '--dir');
    const grants = readGrants(options.grant, '--grant');
    const chosen = grants.size > 0 || options.grantReads || options.accept.length > 0;
    const result = await runImport(
      {
        given,
        dir: options.dir,
        language: languageFrom(options.language, options.dir),
        name: nameFrom(options.name),
        packageSource: options.package,
        servers: options.server,
        decisions: {
          grants,
          reads: options.grantReads,
          accepted: new Set(readGrants(options.accept, '--accept').keys()),
        },
        skills: new Set(options.skill),
        choices: readChoices(options.choose, '--choose'),
        prefix: prefixFrom(options.prefix),
        tokens: readTokens(options.tokenEnv),
        values: readValues(options.set),
        pathIsPublic: options.pathIsPublic,
        listing: options.listing === undefined ? undefined : savedListing(options.listing, '--listing'),
        internal: options.internal,
        compare: options.compare,
        mayAsk: io.canAsk && !options.yes && !options.json && !options.compare && !chosen,
        json: options.json,
        env: io.env,
        ask: askServer,
      },
      io,
    );
    if (options.json) io.json(resultJson(result));
    else if (!options.compare) printResult(result, io);
    return result.code;
  },
});

function languageFrom(given: string | undefined, dir: string): Language {
  const found = LANGUAGES.find((language) => language === given);
  if (given !== undefined && found === undefined) {
    throw new UsageError(`--language is "${given}". Give one of: ${LANGUAGES.join(', ')}.`);
  }
  return found ?? languageOf(dir);
}

function nameFrom(given: string): string {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(given) && given.length <= 30) return given;
  throw new UsageError(
    `--name is "${given}". Give at most 30 lower case letters, digits and single dashes, beginning with a letter.`,
  );
}

function prefixFrom(given: string | undefined): string | undefined {
  if (given === undefined || new RegExp(PREFIX_PATTERN).test(given)) return given;
  throw new UsageError(
    `--prefix is "${given}". Give a letter, then at most 23 letters, digits, _ or -, or an empty text.`,
  );
}

/** Names of variables, never tokens: others see the arguments of a program. The message repeats nothing, in case one is a token. */
function readTokens(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((text): [string, string] => {
      const [, server = '', variable] = /^(?:(.+)=)?([A-Za-z_][A-Za-z0-9_]{0,99})$/.exec(text) ?? [];
      if (variable === undefined) {
        throw new UsageError(
          '--token-env: that is no name of a variable. Give the name, never the token: --token-env NAME.',
        );
      }
      return [server, variable];
    }),
  );
}

function readValues(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((text): [string, string] => {
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw new UsageError('--set: write NAME=VALUE.');
      return [name, value];
    }),
  );
}
