import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import type { ApiServer, ServerVariable } from './api-operation';
import { own, shown, textAt } from './document-places';

/** The servers of a document, a path or an operation. What isn't one is left out. */
export function readServers(value: JsonValue): ApiServer[] {
  const servers = own(value, 'servers');
  if (!Array.isArray(servers)) return [];
  return servers.flatMap((server) => {
    const url = textAt(server, 'url');
    if (!isObject(server) || url === undefined) return [];
    return [{ url, variables: variablesOf(own(server, 'variables')) }];
  });
}

function variablesOf(value: JsonValue | undefined): ReadonlyMap<string, ServerVariable> {
  const variables = new Map<string, ServerVariable>();
  for (const [name, variable] of Object.entries<JsonValue>(isObject(value) ? (value as JsonObject) : {})) {
    const usual = textAt(variable, 'default');
    const listed = own(variable, 'enum');
    const values = Array.isArray(listed)
      ? listed.filter((each): each is string => typeof each === 'string')
      : undefined;
    if (usual !== undefined) variables.set(name, { default: usual, ...(values ? { values } : {}) });
  }
  return variables;
}

export type ServerAddress =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly problem: string };

/**
 * The address of a server. A variable that nobody chose has the document's default.
 * @param chosen values of its variables
 */
export function serverAddress(
  { url, variables }: ApiServer,
  chosen: { readonly [name: string]: string } = {},
): ServerAddress {
  let problem: string | undefined;
  const address = url.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = variables.get(name);
    const value = Object.hasOwn(chosen, name) ? chosen[name] : variable?.default;
    if (value === undefined) {
      problem ??= `nothing says what {${shown(name)}} is; write it into serverVariables`;
      return '';
    }
    if (variable?.values !== undefined && !variable.values.includes(value)) {
      problem ??= `{${shown(name)}} is "${shown(value)}", but the document allows ${variable.values.slice(0, 10).map(shown).join(', ')}`;
    }
    // A value with a slash, an @ or a colon would make another host of the address.
    if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(value) || value.includes('..')) {
      problem ??= `{${shown(name)}} is "${shown(value)}"; write letters, digits, dots and dashes`;
    }
    return value;
  });
  if (problem !== undefined) return { ok: false, problem };
  if (/[{}]/.test(address)) return { ok: false, problem: 'it has a brace that isn’t closed' };
  return { ok: true, url: address };
}

/** The address of the only server, with the document's own values for its variables. Undefined: the document leaves it open. */
export function onlyAddress([server, ...others]: readonly ApiServer[]): string | undefined {
  const address = server === undefined || others.length > 0 ? undefined : serverAddress(server);
  return address?.ok ? address.url : undefined;
}
