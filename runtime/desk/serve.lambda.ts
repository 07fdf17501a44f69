import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { DeskCall } from '../approvals/desk-call';
import { lambda, secretsManager } from '../aws/clients';
import { DeskSessionStore } from '../aws/desk-session-store';
import { environment } from '../aws/environment';
import { logAs, logErrorAs } from '../aws/log-line';
import { randomHex } from '../aws/random-hex';
import { apiAnswer, toApiGateway } from './desk-answer';
import { invokeDeskFunction } from './desk-functions';
import { ASSET_TYPES } from './desk-page';
import { readDeskRequest } from './desk-request';
import { OpenIdIssuer } from './openid-issuer';
import { WebDesk } from './web-desk';

const url = environment('DESK_URL');
const issuer = environment('APPROVER_ISSUER');
const scopes = environment('SIGN_IN_SCOPES').split(' ');
const commandLineClientId = process.env.COMMAND_LINE_CLIENT_ID;
const secretArn = process.env.CLIENT_SECRET_ARN;

const toFunction = (name: string) => (call: DeskCall) =>
  invokeDeskFunction(name, call, (input) => lambda().send(new InvokeCommand(input)));

/** Read once for each instance of the function, and never logged. */
let secret: Promise<string> | undefined;
async function clientSecret(): Promise<string> {
  secret ??= secretsManager()
    .send(new GetSecretValueCommand({ SecretId: secretArn }))
    .then(({ SecretString: text }) => {
      if (!text) throw new Error('The secret of the web desk holds no text.');
      return text;
    });
  return secret.catch((error) => {
    secret = undefined;
    throw error;
  });
}

const desk = new WebDesk(
  { url, ...(commandLineClientId ? { commandLine: { issuer, clientId: commandLineClientId, scopes } } : {}) },
  {
    issuer: new OpenIdIssuer({
      issuer,
      clientId: environment('SIGN_IN_CLIENT_ID'),
      ...(secretArn ? { clientSecret } : {}),
      ...(commandLineClientId ? { commandLineClientId } : {}),
      scopes,
      redirectUri: `${url}/callback`,
      groupsClaim: environment('GROUPS_CLAIM'),
      nameClaim: environment('NAME_CLAIM'),
      claims: (process.env.PERSON_CLAIMS ?? '').split(' ').filter((claim) => claim !== ''),
    }),
    sessions: new DeskSessionStore(environment('STATE_TABLE')),
    functions: { show: toFunction(environment('SHOW_FUNCTION')), decide: toFunction(environment('DECIDE_FUNCTION')) },
    assets: new Map(Object.keys(ASSET_TYPES).map((name) => [name, readFileSync(path.join(__dirname, name), 'utf8')])),
    now: Date.now,
    randomHex,
    log: logAs('web-desk'),
  },
);
const logError = logErrorAs('web-desk');

/** Every method of the desk's API. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  try {
    return toApiGateway(await desk.handle(readDeskRequest(event)));
  } catch (error) {
    logError({ error: String(error) });
    return toApiGateway(apiAnswer(503, { v: 1, code: 'UNAVAILABLE', reason: 'The desk failed. Try again.' }));
  }
}
