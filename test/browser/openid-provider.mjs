// An OpenID provider in a process of its own, for tests: `node openid-provider.mjs DESK_URL [ISSUER]`. Prints where it listens, which
// is the issuer unless another one is given: then something with TLS stands before it. Anybody signs
// in by writing a name; what the name says of its groups is in PEOPLE.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [deskUrl, givenIssuer] = process.argv.slice(2);
const PEOPLE = {
  maria: { name: 'Maria Ortiz', email: 'maria@example.com', groups: ['support-leads'] },
  paul: { name: 'Paul Meyer', email: 'paul@example.com', groups: ['support-leads', 'finance'] },
  ann: { name: 'ann', email: 'ann@example.com', groups: ['support-leads'] },
  eve: { name: 'Eve Stranger', email: 'eve@example.com', groups: ['sales'] },
};

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(givenIssuer ?? address, {
  clients: [
    {
      client_id: 'desk',
      ...(givenIssuer
        ? { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'RS256' }
        : { client_secret: 'a secret of the test' }),
      redirect_uris: [`${deskUrl}/callback`],
      application_type: deskUrl.startsWith('https:') ? 'web' : 'native',
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
    {
      client_id: 'command-line',
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], profile: ['name', 'email', 'groups'] },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ['only for tests'] },
});
provider.proxy = givenIssuer !== undefined;
provider.on('server_error', (_context, error) => process.stderr.write(`${error.stack}\n`));
server.on('request', provider.callback());
process.stdout.write(`${address}\n`);
process.on('disconnect', () => process.exit(0));
