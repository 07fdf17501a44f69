import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { prove } from '../../../lib/prove/claims';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';
import { add, grant } from './hole';
import { HOLES } from './holes';
import {
  idOf,
  propertiesOf,
  quickstartTemplate,
  type Resources,
  type TemplateBody,
  withoutDenies,
} from './quickstart-template';

/** Claims that no hole of the list breaks, each with the change that does. */
const BROKEN_BY: readonly (readonly [claim: string, dig: (r: Resources, body: TemplateBody) => void])[] = [
  [
    'runtime-is-there',
    (_, body) => {
      body.Resources = { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } };
    },
  ],
  ['allows-name-what-they-allow', (r) => grant(r, 'gate', { NotAction: 'iam:*', Resource: '*' })],
  ['roles-are-passed-exactly', (r) => grant(r, 'launch', { Action: 'iam:PassRole', Resource: '*' })],
  [
    'services-act-for-this-account',
    (r) => {
      const role = propertiesOf(r, 'AWS::IAM::Role', 'AgentApprovalsWorkflowRole');
      for (const statement of (role.AssumeRolePolicyDocument as { Statement: { Condition?: object }[] }).Statement) {
        delete statement.Condition;
      }
    },
  ],
  [
    'runtime-has-own-relations',
    (r) =>
      add(r, 'Hole', 'AWS::Logs::SubscriptionFilter', {
        LogGroupName: { Ref: idOf(r, 'AWS::Logs::LogGroup', 'AgentGateLogs') },
        FilterPattern: '',
        DestinationArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/x',
      }),
  ],
  [
    'resources-are-as-made',
    (r) => {
      propertiesOf(r, 'AWS::Events::Rule', 'AgentSweep').State = 'DISABLED';
    },
  ],
  [
    'networks-are-whole',
    (r) => {
      delete r[idOf(r, 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 'AgentNetwork')];
    },
  ],
  [
    'policies-are-as-made',
    (r) => {
      withoutDenies(propertiesOf(r, 'AWS::Lambda::ResourcePolicy', 'AgentSweep').PolicyDocument);
    },
  ],
  [
    'fatal-rules-hold',
    (r) => {
      propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket').VersioningConfiguration = { Status: 'Suspended' };
    },
  ],
  [
    'alarms-watch',
    (r) => {
      propertiesOf(r, 'AWS::CloudWatch::Alarm', 'AgentSweep').ActionsEnabled = false;
    },
  ],
  [
    'parts-agree',
    (r) => {
      const variables = (start: string) =>
        (propertiesOf(r, 'AWS::Lambda::Function', start).Environment as { Variables: JsonObject }).Variables;
      Object.assign(variables('AgentGate'), {
        EXECUTOR_ARN_TICKETS: variables('AgentGate').EXECUTOR_ARN_DOCUMENTS,
        EXECUTOR_ARN_DOCUMENTS: variables('AgentGate').EXECUTOR_ARN_TICKETS,
      });
    },
  ],
  [
    'parts-run-own-code',
    (r) => {
      propertiesOf(r, 'AWS::Lambda::Function', 'AgentGate').Layers = [
        'arn:aws:lambda:eu-west-1:999988887777:layer:x:1',
      ];
    },
  ],
];

/** Claims about what the quickstart doesn't have. */
const TESTED_IN: { readonly [claim: string]: string } = {
  'agents-are-apart': 'agents-apart.test.ts',
  'connectors-leave-by-firewall': 'egress.test.ts',
  'code-reaches-nothing': 'code-sandbox.test.ts',
};

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

function brokenIn(body: TemplateBody): string[] {
  const { claims } = prove(Assembly.of({ name: 'Quickstart.template.json', body }));
  return claims.filter(({ counterExamples }) => counterExamples.length > 0).map(({ id }) => id);
}

test.each(BROKEN_BY)('%s can fail', (claim, dig) => {
  const body = structuredClone(clean);
  dig(body.Resources, body);
  expect(brokenIn(body)).toContain(claim);
});

test('a claim that never objected would be noticed: each fails somewhere', () => {
  const { claims } = prove(Assembly.of({ name: 'Quickstart.template.json', body: clean }));
  const held = new Set([...HOLES.map(({ claim }) => claim), ...BROKEN_BY.map(([claim]) => claim)]);
  for (const [claim, file] of Object.entries(TESTED_IN)) {
    if (readFileSync(path.join(__dirname, file), 'utf8').includes(`'${claim}'`)) held.add(claim);
  }
  expect(claims.map(({ id }) => id).filter((id) => !held.has(id))).toEqual([]);
});
