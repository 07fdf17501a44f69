import * as fs from 'node:fs';
import * as path from 'node:path';
import { Annotations, Names } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EFFECTS, type EffectName } from '../../runtime/core/contracts';
import { differencesOf } from '../../runtime/core/mcp/differences-of';
import { normalizeDefinition } from '../../runtime/core/mcp/normalize-definition';
import type { ApiOperation } from '../../runtime/core/openapi/api-operation';
import { onlyAddress } from '../../runtime/core/openapi/read-servers';
import { headerProblem } from '../../runtime/core/openapi/refused-headers';
import { definitionOf } from '../../runtime/core/openapi/tool-definition';
import type { ReviewedTool } from '../../runtime/core/review/connector-review';
import { formatReview } from '../../runtime/core/review/format-review';
import { reviewDefinition } from '../../runtime/core/review/review-definition';
import { PREFIX_PATTERN } from '../../runtime/core/review/tool-names';
import { checkArguments, checkConstruct } from '../private/props/check';
import { nearestName } from '../private/props/nearest-name';
import { flag, instanceOf, listOf, mapOf, optional, struct, text } from '../private/props/shape';
import { outdirOf } from '../private/synthesis-time-code';
import { securityProblem } from './api-security';
import { apiBaseUrl, serverProblem } from './api-server';
import { apiTool, fixedProblem } from './api-tool';
import type { ConnectorOptions, Tool } from './connector';
import { CREDENTIAL_OPTIONS, type CredentialOptions } from './credential-options';
import { Effect } from './effect';
import { HttpConnector } from './http-connector';
import { InputSchema } from './input-schema';
import { OpenApiDocument } from './openapi-document';
import { OPENAPI_TOOL_OPTIONS, type OpenApiToolOptions } from './openapi-tool-options';
import { ServerReview } from './server-review';
import { CONNECTOR_OPTIONS } from './tool-shapes';

/** Properties of `OpenApiConnector`. */
export interface OpenApiConnectorProps extends ConnectorOptions, CredentialOptions {
  /** The document that describes the API. */
  readonly document: OpenApiDocument;
  /**
   * The operations that become tools: each an `operationId`, or a method and a path, such as `GET /orders/{id}`.
   * @default - those that the review grants
   */
  readonly operations?: string[];
  /**
   * The review file: what a person granted, and how each schema was made safe. `hardened-agent import` writes it.
   * @default - schemas are made safe by the stated rules alone. If that changed one, synthesis warns, and writes a review file into the
   * output folder for you to read and commit
   */
  readonly review?: ServerReview;
  /**
   * Where the API is: `https://api.example.com/v1`.
   * @default - the document's server, if it has just one
   */
  readonly baseUrl?: string;
  /**
   * Values of the variables in the server's address: `{ region: 'eu' }`.
   * @default - the document's defaults
   */
  readonly serverVariables?: { readonly [name: string]: string };
  /**
   * Whether the API is in your own network: then its host may have a private address.
   * @default false
   */
  readonly internal?: boolean;
  /**
   * Arguments that every call has, and the model neither sees nor changes: `{ AccountSid: 'AC123' }`. They
   * stand in the executor's bundle, so they are no place for secrets.
   * @default - none
   */
  readonly fixed?: { readonly [argument: string]: string };
  /**
   * Headers that every request has, whether the document declares them or not: `{ 'Notion-Version': '2025-09-03' }`. The model neither sees nor
   * changes them. They are no place for secrets either.
   * @default - those of the document
   */
  readonly headers?: { readonly [name: string]: string };
  /**
   * What the names of its tools begin with. The review has its own.
   * @default - the construct's id in lower case, and `_`
   */
  readonly prefix?: string;
  /**
   * What operations declare beyond the document: effect, targets, limits, output, pages. Without a declared effect, GET and HEAD read,
   * and everything else is destructive. With a review, the effect is the review's, and one that is given here may only be worse.
   * @default - the document alone
   */
  readonly tools?: OpenApiToolOptions[];
}

const PROPS = struct<OpenApiConnectorProps>(
  {
    ...CONNECTOR_OPTIONS,
    document: instanceOf(OpenApiDocument, "OpenApiDocument.fromFile('apis/notion.json')"),
    operations: optional(listOf(text('post-search'), "'post-search'")),
    review: optional(instanceOf(ServerReview, "ServerReview.fromFile('connectors/notion.review.json')")),
    baseUrl: optional(text('https://api.example.com')),
    serverVariables: optional(mapOf(text('eu'), "{ region: 'eu' }")),
    internal: optional(flag()),
    fixed: optional(mapOf(text('AC123'), "{ AccountSid: 'AC123' }")),
    headers: optional(mapOf(text('2025-09-03'), "{ 'Notion-Version': '2025-09-03' }")),
    prefix: optional(text('notion_')),
    ...CREDENTIAL_OPTIONS,
    tools: optional(listOf(OPENAPI_TOOL_OPTIONS, "{ operation: 'post-search', effect: Effect.READ }")),
  },
  "{ document: OpenApiDocument.fromFile('apis/notion.json'), operations: ['post-search'] }",
);

const MOST_LISTED = 10;

/**
 * Chosen operations of an OpenAPI 3.0 or 3.1 document, each as a tool. Schemas are made safe as docs/importing.md says; what a call sends is always
 * valid for the document too. See docs/openapi.md.
 *
 * Limitations: an API that changes without its document isn't noticed. Cookies, files (`multipart/form-data`), and schemes that need
 * two credentials at once aren't sent.
 */
export class OpenApiConnector extends HttpConnector {
  private readonly byOperation = new Map<string, Tool>();

  /**
   * @throws Error when a prop has a wrong type or is unknown, the document can't be used, an operation isn't in it or can't be called, no
   * credential fits, the server is left open, or the review doesn't fit the document
   */
  constructor(scope: Construct, id: string, props: OpenApiConnectorProps) {
    checkConstruct(OpenApiConnector, scope, id, props, PROPS);
    const { trusted, credential, credentials, secret, internal, document, baseUrl, serverVariables } = props;
    const where = `${scope.node.path === '' ? '' : `${scope.node.path}/`}${id}`;
    const address = apiBaseUrl(where, document, { baseUrl, serverVariables });
    super(scope, id, { baseUrl: address, trusted, credential, credentials, secret, internal });
    const settings = this.settingsByOperation(props);
    if (baseUrl === undefined) this.checkServer(props);
    const entries = this.entriesOf(props, settings);
    for (const { api, entry } of entries) {
      this.addOperation(api, entry, settings.get(api.id), props, address);
    }
    this.checkFixed(props.fixed ?? {}, entries);
    this.checkHeaders(props);
    this.checkSettings(settings);
    if (props.review === undefined) this.tellOfChanges(document, this.prefixOf(props), entries);
  }

  /**
   * A tool, by its operation or by its own name: `agent.allow(notion.tool('post-search'))`.
   * @throws Error when the connector has no such tool
   */
  public tool(operation: string): Tool {
    const where = `${this.node.path}: tool()`;
    checkArguments(where, { operation: [text('post-search'), operation] });
    const found = this.byOperation.get(operation) ?? this.tools.find(({ toolName }) => toolName === operation);
    if (found) return found;
    throw new Error(`${where}: ${unknownName('the connector', operation, [...this.byOperation.keys()])}`);
  }

  /** The credential goes to the server of the document, so another one is another connector. */
  private checkServer({ document: { _api: api, _source: source }, review }: OpenApiConnectorProps): void {
    const reviewed = review?._of('openapi', this.node.path).source.url;
    const now = onlyAddress(api.servers);
    if (reviewed === undefined || reviewed === now) return;
    throw new Error(
      `${this.node.path}: the server of ${source} is ${now ?? 'left open'}, but ${reviewed} was reviewed; if the API moved, write its address as "url" of "source" in the review file, or as baseUrl`,
    );
  }

  private entriesOf(props: OpenApiConnectorProps, settings: ReadonlyMap<string, OpenApiToolOptions>): ApiEntry[] {
    const { operations, review, document } = props;
    if (operations === undefined && review === undefined) {
      throw new Error(
        `${this.node.path}: neither operations nor review says what the agent may call; write operations: ['${document._api.operationIds[0] ?? 'getOrder'}']`,
      );
    }
    if (operations?.length === 0)
      throw new Error(`${this.node.path}: operations is empty; write which ones become tools`);
    const reviewed = review?._of('openapi', this.node.path).tools;
    const wanted = operations ?? [
      ...new Set(reviewed?.filter(({ granted }) => granted).map(({ original }) => original)),
    ];
    if (wanted.length === 0)
      throw new Error(
        `${this.node.path}: the review grants no tool; set "granted" to true for those that the agent may get`,
      );
    const ids = new Set<string>();
    return wanted.flatMap((given) => {
      const api = this.describedBy(document, given);
      if (ids.has(api.id)) throw new Error(`${this.node.path}: operations has "${api.id}" twice; write it once`);
      ids.add(api.id);
      if (reviewed !== undefined) return this.reviewedAs(api, reviewed).map((entry) => ({ api, entry }));
      return [{ api, entry: this.transformed(api, props, settings.get(api.id)) }];
    });
  }

  private describedBy({ _api: document, _source: source }: OpenApiDocument, operation: string): ApiOperation {
    const api = document.operation(operation);
    if (!api) throw new Error(`${this.node.path}: ${unknownName(source, operation, document.operationIds)}`);
    if (api.refused.length === 0) return api;
    throw this.refusal(api, `it can't be called:${lines(api.refused)}`);
  }

  /** The granted entries of an operation: one, or several where its input was split. */
  private reviewedAs(api: ApiOperation, reviewed: readonly ReviewedTool[]): ReviewedTool[] {
    const entries = reviewed.filter(({ original }) => original === api.id);
    const granted = entries.filter((entry) => entry.granted);
    if (granted.length === 0) {
      const why =
        entries.length === 0
          ? 'the review has no entry of it; import it'
          : 'nobody granted it; set "granted" to true in the review file';
      throw this.refusal(api, why);
    }
    const listed = normalizeDefinition(definitionOf(api));
    for (const entry of granted) {
      const differences = differencesOf(entry.listed, listed);
      if (differences.length > 0) {
        throw this.refusal(
          api,
          `the document describes it otherwise than when it was reviewed; read what differs, and import it again:${lines(differences)}`,
        );
      }
    }
    return granted;
  }

  private transformed(
    api: ApiOperation,
    props: OpenApiConnectorProps,
    settings: OpenApiToolOptions | undefined,
  ): ReviewedTool {
    const effect = settings?.effect?._name ?? api.effect;
    const taken = [...this.byOperation.values()].map(({ toolName }) => toolName);
    const { choices } = settings ?? {};
    const entry = reviewDefinition(definitionOf(api), {
      prefix: this.prefixOf(props),
      taken,
      effect,
      granted: true,
      choices: choices ?? {},
    });
    if (entry.refused.length === 0) return entry;
    const possible = Object.entries(entry.possible).map(
      ([place, options]) => `${place}: ${options.slice(0, MOST_LISTED).join(', ')}`,
    );
    const choose =
      possible.length === 0 ? '' : `\nWrite choices: { … } in its entry of tools; possible are:${lines(possible)}`;
    throw this.refusal(api, `its input can't be made safe as it is:${lines(entry.refused)}${choose}`);
  }

  private addOperation(
    api: ApiOperation,
    entry: ReviewedTool,
    settings: OpenApiToolOptions | undefined,
    { fixed = {}, headers = {}, review }: OpenApiConnectorProps,
    baseUrl: string,
  ): void {
    const { operation: _, pages, lists, choices: __, ...declared } = settings ?? { operation: '' };
    const problem = serverProblem(api, baseUrl);
    if (problem !== undefined) throw this.refusal(api, problem);
    const effect = this.effectOf(api, entry, declared.effect, review !== undefined);
    const made = this.madeOf(api, () =>
      apiTool(api, entry.input ?? {}, {
        fixed,
        headers,
        settings: { ...(pages ? { pages } : {}), ...(lists ? { lists } : {}) },
        isRead: effect === Effect.READ,
      }),
    );
    const input = InputSchema.fromString(JSON.stringify(made.input));
    const tool = this._addTool(
      entry.name,
      { ...declared, description: entry.description, input, effect },
      { http: made.operation },
    );
    if (!this.byOperation.has(api.id)) this.byOperation.set(api.id, tool);
    const unauthorized = securityProblem(api.security, this._credentialOf(tool)?._http);
    if (unauthorized !== undefined) throw this.refusal(api, unauthorized);
  }

  private madeOf(api: ApiOperation, make: () => ReturnType<typeof apiTool>): ReturnType<typeof apiTool> {
    try {
      return make();
    } catch (error) {
      throw this.refusal(api, (error as Error).message);
    }
  }

  private effectOf(
    api: ApiOperation,
    { effect }: ReviewedTool,
    given: Effect | undefined,
    isReviewed: boolean,
  ): Effect {
    if (given === undefined || !isReviewed || rank(given._name) >= rank(effect)) return given ?? Effect._of(effect);
    throw this.refusal(api, `effect is ${given.name}, but the review says ${effect}; change it in the review file`);
  }

  private settingsByOperation({
    document,
    tools = [],
    review,
  }: OpenApiConnectorProps): Map<string, OpenApiToolOptions> {
    const settings = new Map<string, OpenApiToolOptions>();
    for (const given of tools) {
      const id = document._api.operation(given.operation)?.id ?? given.operation;
      if (settings.has(id)) throw new Error(`${this.node.path}: tools: "${id}" is there twice; write it once`);
      if (review && given.choices)
        throw new Error(
          `${this.node.path}: tools: "${id}" has choices, but with a review they stand there; remove them`,
        );
      settings.set(id, given);
    }
    return settings;
  }

  private checkSettings(settings: ReadonlyMap<string, OpenApiToolOptions>): void {
    for (const operation of settings.keys()) {
      if (!this.byOperation.has(operation)) {
        throw new Error(
          `${this.node.path}: tools: ${unknownName('the connector', operation, [...this.byOperation.keys()])}`,
        );
      }
    }
  }

  private checkFixed(fixed: { readonly [argument: string]: string }, entries: readonly ApiEntry[]): void {
    const known = [...new Set(entries.flatMap(({ api }) => api.arguments.map(({ argument }) => argument)))];
    for (const [argument, value] of Object.entries(fixed)) {
      const problem = known.includes(argument)
        ? fixedProblem(value)
        : `none of its operations has such an argument; they have ${known.slice(0, MOST_LISTED).join(', ') || 'none'}`;
      if (problem !== undefined) throw new Error(`${this.node.path}: fixed: "${argument}": ${problem}`);
    }
  }

  private checkHeaders({ headers = {}, credential, credentials = [] }: OpenApiConnectorProps): void {
    const ofCredentials = [credential?._http, ...credentials.map((bound) => bound._credential._http)].map(
      (each) => each?.headerName,
    );
    for (const [name, value] of Object.entries(headers)) {
      const taken = ofCredentials.map((header) => headerProblem(name, header)).find((found) => found !== undefined);
      const problem = taken ?? headerProblem(name) ?? fixedProblem(value);
      if (problem !== undefined) throw new Error(`${this.node.path}: headers: "${name.slice(0, 64)}": ${problem}`);
    }
  }

  private prefixOf({ prefix }: OpenApiConnectorProps): string {
    const chosen = prefix ?? `${this.node.id.toLowerCase().replace(/-/g, '_').slice(0, 23)}_`;
    if (new RegExp(PREFIX_PATTERN).test(chosen)) return chosen;
    throw new Error(
      `${this.node.path}: prefix "${chosen}" is refused; write a letter, then at most 23 letters, digits, _ or -, such as notion_`,
    );
  }

  /** Nobody has read what was changed, so it is written where somebody can. */
  private tellOfChanges(
    { _api: api, _source: source, _sha256: sha256 }: OpenApiDocument,
    prefix: string,
    entries: readonly ApiEntry[],
  ): void {
    const changed = entries.filter(({ api: { leftOut }, entry }) => leftOut.length + entry.changes.length > 0);
    if (changed.length === 0) return;
    const tools = entries.map(({ api: { leftOut }, entry }) => ({
      ...entry,
      changes: [...leftOut.map((line) => `/: ${line}`), ...entry.changes],
    }));
    const url = onlyAddress(api.servers);
    const origin = {
      ...(url === undefined ? {} : { url: url.slice(0, 2000) }),
      ...{ document: source.slice(0, 2000), sha256, name: api.title, version: api.version },
    };
    const file = path.join(outdirOf(this), `${Names.uniqueId(this)}.review.json`);
    fs.writeFileSync(file, formatReview({ v: 1, kind: 'openapi', source: origin, prefix, tools }));
    Annotations.of(this).addWarningV2(
      'cdk-hardened-agent:not-reviewed',
      `The inputs of ${changed.length} operations were changed to make them safe, and nobody reviewed that. Read ${file}, copy it to your sources, and write review: ServerReview.fromFile(…).`,
    );
  }

  private refusal({ id }: ApiOperation, why: string): Error {
    return new Error(`${this.node.path}: the operation "${id}": ${why}`);
  }
}

interface ApiEntry {
  readonly api: ApiOperation;
  readonly entry: ReviewedTool;
}

function rank(effect: EffectName): number {
  return EFFECTS.indexOf(effect);
}

function lines(texts: readonly string[]): string {
  const more = texts.length > MOST_LISTED ? [`and ${texts.length - MOST_LISTED} more`] : [];
  return [...texts.slice(0, MOST_LISTED), ...more].map((text) => `\n  - ${text}`).join('');
}

function unknownName(where: string, name: string, known: readonly string[]): string {
  const meant = nearestName(name, [...known]);
  const listed = `${known.slice(0, MOST_LISTED).join(', ')}${known.length > MOST_LISTED ? ', …' : ''}`;
  return `${where} has no "${name}"; ${meant === undefined ? `it has ${listed}` : `did you mean "${meant}"?`}`;
}
