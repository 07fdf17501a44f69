import type { HttpCredential } from '../../runtime/core/executor-config';
import type { SecurityAlternative, SecurityScheme } from '../../runtime/core/openapi/api-operation';

/**
 * Why a credential doesn't authorize an operation; undefined if it does. What the document asks for is one of several alternatives, each a
 * list of schemes that it needs together.
 * @internal
 */
export function securityProblem(
  alternatives: readonly SecurityAlternative[],
  credential: HttpCredential | undefined,
): string | undefined {
  if (alternatives.length === 0 || alternatives.some((schemes) => schemes.length === 0)) return undefined;
  const singles = alternatives.flatMap((schemes) => (schemes.length === 1 ? schemes : []));
  if (credential !== undefined && singles.some((scheme) => fits(scheme, credential))) return undefined;
  const ways = [...new Set(singles.flatMap(written))];
  if (ways.length === 0)
    return `no Credential is of the kind it needs: ${alternatives.map(named).join(' or ')}; leave it out`;
  const write = `write credential: ${ways.join(' or ')}`;
  const explained = singles.some(({ kind }) => kind === 'token') ? `. ${TOKENS}` : '';
  return credential === undefined
    ? `it needs a credential; ${write}${explained}`
    : `the credential ${credential.name} isn't of the kind it needs; ${write}${explained}`;
}

const TOKENS =
  'Its document asks for OAuth, whose flow nothing here runs: put a token that you got, and that you rotate, into the secret';

function fits({ kind, parameter }: SecurityScheme, credential: HttpCredential): boolean {
  switch (kind) {
    case 'bearer':
    case 'token':
      return credential.kind === 'bearer';
    case 'basic':
      return credential.kind === 'basic';
    case 'header':
      return headerOf(credential) === parameter?.toLowerCase();
    case 'query':
      return credential.kind === 'query' && credential.parameterName === parameter;
    case 'other':
      return false;
  }
}

function headerOf({ kind, headerName }: HttpCredential): string | undefined {
  return kind === 'header' ? headerName?.toLowerCase() : undefined;
}

/** How such a credential is written. */
function written({ kind, parameter = '' }: SecurityScheme): string[] {
  const name = /^[\w.~-]{1,64}$/.test(parameter) ? parameter : '…';
  switch (kind) {
    case 'bearer':
    case 'token':
      return ["Credential.bearer('NAME')"];
    case 'basic':
      return ["Credential.basic('NAME')"];
    case 'header':
      return [`Credential.header('NAME', '${name}')`];
    case 'query':
      return [`Credential.query('NAME', '${name}')`];
    case 'other':
      return [];
  }
}

function named(schemes: SecurityAlternative): string {
  return schemes.map(({ type, name }) => `${type} "${name.slice(0, 60).replace(/[^\x20-\x7e]/g, '?')}"`).join(' with ');
}
