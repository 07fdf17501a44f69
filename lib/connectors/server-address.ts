import { withoutCredentials, withoutCredentialsOf } from '../../runtime/core/guard/credential-shapes';
import { addressProblem, shownAddress } from './https-address';

/** Programs that start a server on the machine of whoever calls them. */
const LOCAL_COMMAND =
  /^(npx|npm|bunx?|pnpm|yarn|node|deno|uvx?|pipx?|python[\d.]*|docker|podman|java|dotnet|go|cmd|sh|bash)$/i;
/** Names of parameters that hold a credential. */
const SECRET_PARAMETER = /key|token|secret|passw|auth|sig|credential/i;

/**
 * The address of an MCP server, as it was given. It may have a query, as the addresses of some servers do, such as `?read_only=true`.
 * @throws Error unless it is an https address of a named host. What was given isn't repeated where it may hold a secret
 * @internal
 */
export function checkedServerAddress(path: string, url: string): string {
  const command = commandIn(url);
  if (command !== undefined) {
    throw new Error(
      `${path}: url is a local command ("${command} …"), which speaks over stdio and would run on the executor with its credential; write the https address of a remote server. Without one, run the server from a pinned image on a host of yours with TLS, behind a bridge such as supergateway or mcp-proxy; or do what the agent needs in a function of your own, with a LambdaConnector`,
    );
  }
  const problem = addressProblem(url, true) ?? secretProblem(url);
  if (problem === undefined) return url;
  const shown = withoutCredentials(shownAddress(url));
  throw new Error(
    `${path}: url "${shown}" is refused: ${problem}; write an address such as https://mcp.example.com/mcp`,
  );
}

function commandIn(url: string): string | undefined {
  const [first = ''] = url.trim().split(/\s+/);
  if (first.startsWith('stdio:')) return 'stdio';
  const program =
    first
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/\.(exe|cmd)$/i, '') ?? '';
  if (LOCAL_COMMAND.test(program)) return program;
  // Another command: an address has no space, and begins with a scheme.
  return /\s/.test(url.trim()) && !/^[a-z][a-z0-9+.-]*:/i.test(url) ? first.slice(0, 40) : undefined;
}

/** The address is in the template, so it must not hold a secret. */
function secretProblem(url: string): string | undefined {
  const parameters = [...new URL(url).searchParams];
  const holds =
    withoutCredentials(url) !== url ||
    parameters.some(([name, value]) => SECRET_PARAMETER.test(name) || withoutCredentialsOf(name, value) !== value);
  return holds ? 'it holds what looks like a credential; use a Credential for that' : undefined;
}
