import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';
import { McpConnection } from '../../runtime/executor/mcp-connection';
import { McpFailure } from '../../runtime/executor/mcp-failure';
import { McpSession } from '../../runtime/executor/mcp-session';
import type { AddressRefusedError, Reach } from '../../runtime/executor/public-address';
import { CannotImport, type DeclaredCredential } from './declared-server';

const ASK_MS = 60_000;
/** The code of `AddressRefusedError`: nothing was sent. */
const ADDRESS_REFUSED: AddressRefusedError['code'] = 'ERR_ADDRESS_REFUSED';

/** Asks a server for its tools, as the connector will before each call. */
export type AskServer = (
  url: string,
  headers: Readonly<Record<string, string>>,
  reach: Reach,
) => Promise<readonly ToolDefinition[]>;

/** Asks over the network. @throws CannotImport when the server doesn't answer with its tools */
export const askServer: AskServer = async (url, headers, reach) => {
  const connection = new McpConnection({ url: new URL(url), headers, reach });
  const signal = AbortSignal.timeout(ASK_MS);
  let session: McpSession | undefined;
  try {
    session = await McpSession.open(connection, signal);
    return await session.list(signal);
  } catch (error) {
    if (error instanceof McpFailure) throw explained(error, Object.keys(headers).length > 0);
    throw error;
  } finally {
    await session?.end();
    await connection.close();
  }
};

function explained({ what, parts }: McpFailure, hadToken: boolean): CannotImport {
  if (parts.status === 401 || parts.status === 403) {
    return new CannotImport(
      `it wants a credential${hadToken ? ', and didn’t accept the one that was sent' : ''} (status ${parts.status})`,
      hadToken
        ? 'look whether the variable holds a token that it accepts'
        : 'put a token for it into a variable, and give the name of the variable: --token-env NAME',
    );
  }
  if (parts.status === 404 || parts.status === 405) {
    return new CannotImport(
      `there is no MCP server over Streamable HTTP at its address (status ${parts.status})`,
      'look up the address in its documentation; many end with /mcp',
    );
  }
  if (parts.cause === ADDRESS_REFUSED) {
    return new CannotImport(
      'its host has an address that isn’t on the internet, so it wasn’t asked',
      'if it is a server in your own network, add --internal',
    );
  }
  const cause = parts.cause === undefined ? '' : ` (${parts.cause.replace(/[^A-Za-z0-9_ -]/g, '')})`;
  return new CannotImport(`it ${what}${cause}`, 'try again, or give a saved answer to tools/list: --listing FILE');
}

/** The header that a token of a variable is sent in. */
export function headersWith(
  credential: DeclaredCredential | undefined,
  token: string | undefined,
): Readonly<Record<string, string>> {
  if (token === undefined) return {};
  switch (credential?.kind) {
    case 'basic':
      return { authorization: `Basic ${Buffer.from(token).toString('base64')}` };
    case 'header':
      return { [(credential.headerName ?? 'authorization').toLowerCase()]: token };
    default:
      return { authorization: `Bearer ${token}` };
  }
}
