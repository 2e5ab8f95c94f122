// An OpenID provider for the tests: oidc-provider with clients of each kind. Arguments: its folder, and the port to use.
import { pathToFileURL } from 'node:url';

const [folder, port] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${folder}/lib/index.js`));
const keys = JSON.parse(process.env.CLIENT_JWKS);
const grants = ['authorization_code', 'refresh_token'];
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    { client_id: 'basic', client_secret: 's&cret:%', grant_types: grants, redirect_uris: ['http://127.0.0.1/callback'],
      application_type: 'native' },
    { client_id: 'post', client_secret: 'secret', token_endpoint_auth_method: 'client_secret_post', grant_types: grants,
      redirect_uris: ['http://127.0.0.1/callback'], application_type: 'native' },
    { client_id: 'public', token_endpoint_auth_method: 'none', grant_types: grants, application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'] },
    { client_id: 'service', client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [],
      response_types: [] },
    { client_id: 'signer', token_endpoint_auth_method: 'private_key_jwt', jwks: keys, redirect_uris: [],
      grant_types: ['client_credentials'], response_types: [] },
  ],
  claims: { openid: ['sub'] },
  scopes: ['openid', 'offline_access', 'read'],
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  ttl: { AccessToken: 60, ClientCredentials: 60, AuthorizationCode: 60, RefreshToken: 600, Interaction: 60, Session: 60, Grant: 60 },
  features: { clientCredentials: { enabled: true }, revocation: { enabled: true }, introspection: { enabled: true } },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
