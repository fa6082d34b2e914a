// SPDX-FileCopyrightText: The Cardea contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// oidc-provider as it is, for one test: prints its port, then a line for each token it issues.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const none = { redirect_uris: [], response_types: [], token_endpoint_auth_method: 'none' };
  const device = ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'];
  const provider = new Provider(issuer, {
    clients: [
      { client_id: 'plain', grant_types: device, application_type: 'native', ...none },
      { client_id: 'bound', grant_types: device, application_type: 'native', dpop_bound_access_tokens: true, ...none },
      { client_id: 'svc', client_secret: 'secret-of-svc', grant_types: ['client_credentials'], redirect_uris: [],
        response_types: [], token_endpoint_auth_method: 'client_secret_basic' },
    ],
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
      revocation: { enabled: true },
      resourceIndicators: { enabled: false },
    },
    ttl: { AccessToken: 4, RefreshToken: 3600, DeviceCode: 600, Grant: 3600, Interaction: 600, Session: 600,
           ClientCredentials: 60 },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  provider.on('access_token.issued', () => process.stdout.write('issued\n'));
  provider.on('refresh_token.consumed', () => process.stdout.write('rotated\n'));
  provider.on('grant.error', (ctx, error) => process.stdout.write(`error ${error.message} ${error.error_description}\n`));
  server.on('request', provider.callback());
  process.stdout.write(`${server.address().port}\n`);
});
