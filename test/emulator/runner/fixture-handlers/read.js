const https = require('node:https');
const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');

/** Reads the secret and sends it to the target, by host name, over TLS that is verified. */
exports.handler = async () => {
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: process.env.SECRET_ARN }));
  const reply = await new Promise((resolve, reject) => {
    https
      .get(process.env.TARGET, { headers: { authorization: `Bearer ${SecretString}` }, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode, text }));
      })
      .on('error', reject);
  });
  return { ...reply, node: process.version, shellLeak: process.env.RUNNER_TEST_LEAK ?? null };
};
