import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';
import { repeatsCredential } from '../../runtime/core/output-guard';
import type { ReviewKind } from '../../runtime/core/review/connector-review';
import { UsageError } from '../command-line/usage-error';
import { headersWith } from './ask-server';
import { CannotImport } from './declared-server';
import type { ImportRequest } from './import-request';
import type { ListedTarget } from './listed-target';
import type { Listing } from './listing';
import { documentListing } from './open-api-listing';
import { bearerOf } from './server-credential';
import type { ImportTarget } from './targets';

/** Reads the tools of a target. @throws CannotImport when it has none that can be read */
export async function listTarget(target: ImportTarget, request: ImportRequest): Promise<ListedTarget> {
  const { server, document } = target;
  if (server?.notImported !== undefined) throw new CannotImport(server.notImported.why, server.notImported.instead);
  if (document !== undefined) {
    const listed = documentListing(target, document, request);
    refuseMoved(target, 'openapi', listed.listing.source.url);
    return listed;
  }
  const { url = '', notes = [] } = server ?? {};
  refuseMoved(target, 'mcp', url);
  const token = tokenOf(target, request);
  const credential = server?.credential ?? (token === undefined ? undefined : bearerOf(target.identifier));
  const tools =
    request.listing ??
    (await request.ask(url, headersWith(credential, token), request.internal ? 'internal' : 'public'));
  if (token !== undefined) refuseEcho(tools, credential?.kind === 'basic' ? [token, passwordOf(token)] : [token]);
  const listing: Listing = { kind: 'mcp', source: { url }, tools };
  return credential === undefined ? { listing, notes } : { listing, notes, credential };
}

/**
 * Another server of the same name must not take over what a person granted, nor get its credential.
 * @throws CannotImport unless the review file is of this server
 */
function refuseMoved({ before, reviewFile }: ImportTarget, kind: ReviewKind, url: string | undefined): void {
  if (before === undefined) return;
  if (before.kind !== kind) {
    throw new CannotImport(
      `${reviewFile} is the review of something else of this name`,
      'rename it, or the review file together with its connector',
    );
  }
  const { url: reviewed } = before.source;
  if (reviewed === undefined || (url !== undefined && originOf(reviewed) === originOf(url))) return;
  throw new CannotImport(
    `its address is on another host than the one that was reviewed (${reviewed})`,
    `if it moved, write its address as "url" of "source" in ${reviewFile}, and import again; otherwise give it another name`,
  );
}

/** Undefined for what is no address: two of these are equal only if neither is one. */
function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** The token to ask with. It comes from a variable that the user names, and never from a file or the arguments. */
function tokenOf({ name, identifier }: ImportTarget, { tokens, env }: ImportRequest): string | undefined {
  const variable = tokens.get(identifier) ?? tokens.get(name) ?? tokens.get('');
  if (variable === undefined) return undefined;
  const token = env[variable];
  if (token === undefined || token === '') throw new UsageError(`--token-env: the variable ${variable} is not set.`);
  return token;
}

/** The review file is committed, so it must not hold what was sent, in no spelling of it. */
function refuseEcho(tools: readonly ToolDefinition[], secrets: readonly string[]): void {
  if (!tools.some((tool) => repeatsCredential(JSON.stringify(tool), secrets))) return;
  throw new CannotImport(
    'its listing repeats the token that it was asked with, so nothing of it was written',
    'don’t use this server; replace the token, because the server shows it to others',
  );
}

function passwordOf(login: string): string {
  return login.slice(login.indexOf(':') + 1);
}
