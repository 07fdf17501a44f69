import { checkAssembly } from '../../../lib/checks/check-assembly';
import { prove } from '../../../lib/prove/claims';
import { Assembly } from '../../../lib/template';
import { AgentStack } from '../agent-stack';
import { importedIn, resourcesIn, withEveryOperation } from '../aws-operations-app';
import { idOf, type Resources, type TemplateBody } from './quickstart-template';

const APPS = {
  'resources of the app': () => withEveryOperation(resourcesIn),
  'resources of others': () =>
    withEveryOperation(importedIn, new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } })),
};

function complaintsOf(assembly: Assembly): string[] {
  return prove(assembly).claims.flatMap(({ id, counterExamples }) => counterExamples.map((each) => `${id}: ${each}`));
}

let body: TemplateBody | undefined;
/** The app with its own resources, changed. */
function changed(change: (resources: Resources) => void): Assembly {
  body ??= withEveryOperation(resourcesIn).app.synth().getStackByName('Stack').template as TemplateBody;
  const copy = structuredClone(body);
  change(copy.Resources);
  return Assembly.of({ name: 'Stack.template.json', body: copy });
}

test.each(Object.keys(APPS) as (keyof typeof APPS)[])('every operation on %s is as it should be', (name) => {
  const assembly = Assembly.load(APPS[name]().app.synth().directory);
  expect(complaintsOf(assembly)).toEqual([]);
  const findings = checkAssembly(assembly).findings.filter(({ path }) => /\/(Aws|Theirs|Ours)\//.test(path));
  expect(findings).toEqual([]);
});

interface Statement {
  Sid: string;
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  NotResource?: unknown;
}

/** The statements of a policy or a boundary. */
function statementsIn(resources: Resources, type: string, id: string): Statement[] {
  const { Properties } = resources[idOf(resources, type, id)] as unknown as {
    Properties: { PolicyDocument: { Statement: Statement[] } };
  };
  return Properties.PolicyDocument.Statement;
}
/** What others granted to its role: in the default policy, and where that is full, in further ones. */
const rightsOf = (resources: Resources, connector: string) =>
  Object.entries(resources)
    .filter(([id, { Type }]) => /Policy$/.test(Type) && id.startsWith(`${connector}ExecutorRole`))
    .flatMap(([id, { Type }]) => statementsIn(resources, Type, id));
const boundaryOf = (resources: Resources, connector: string) =>
  statementsIn(resources, 'AWS::IAM::ManagedPolicy', `${connector}Boundary`);
const functionArn = (resources: Resources, id: string) => ({
  'Fn::GetAtt': [idOf(resources, 'AWS::Lambda::Function', id), 'Arn'],
});

const HOLES: readonly (readonly [string, (resources: Resources) => void, RegExp])[] = [
  [
    'another function beside the own one',
    (r) => {
      const call = rightsOf(r, 'Theirs').find(({ Sid }) => Sid === 'CallFunction') as Statement;
      call.Resource = [call.Resource, functionArn(r, 'OursCalledFunction')];
    },
    /rights-are-exact: .*CallFunction gives the connector Theirs lambda:InvokeFunction on/,
  ],
  [
    'every version of the function',
    (r) => {
      const call = rightsOf(r, 'Ours').find(({ Sid }) => Sid === 'CallFunction') as Statement;
      call.Resource = { 'Fn::Join': ['', [call.Resource, ':*']] };
    },
    /rights-are-exact: .*CallFunction gives the connector Ours lambda:InvokeFunction on/,
  ],
  [
    'every function',
    (r) => {
      const call = rightsOf(r, 'Ours').find(({ Sid }) => Sid === 'CallFunction') as Statement;
      call.Resource = '*';
    },
    /rights-are-exact: .*CallFunction gives the connector Ours lambda:InvokeFunction on \*/,
  ],
  [
    'a state machine that it doesn’t name',
    (r) => {
      const start = rightsOf(r, 'Aws').find(({ Sid }) => Sid === 'StartExecutions') as Statement;
      start.Resource = { Ref: idOf(r, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine') };
    },
    /rights-are-exact: .*StartExecutions gives the connector Aws states:StartExecution on/,
  ],
  [
    'another action on its queue',
    (r) => {
      const send = rightsOf(r, 'Aws').find(({ Sid }) => Sid === 'SendMessages') as Statement;
      send.Action = ['sqs:SendMessage', 'sqs:PurgeQueue'];
    },
    /rights-are-exact: .*SendMessages gives the connector Aws sqs:PurgeQueue on/,
  ],
  [
    'a boundary that lets any function be called',
    (r) => {
      const statements = boundaryOf(r, 'Ours');
      statements.splice(
        statements.findIndex(({ Sid }) => Sid === 'NoOtherFunction'),
        1,
      );
    },
    /rights-are-exact: OursBoundary\w+ doesn’t keep .* from lambda:InvokeFunction on what its connector doesn’t name/,
  ],
  [
    'a boundary that spares another function',
    (r) => {
      const deny = boundaryOf(r, 'Ours').find(({ Sid }) => Sid === 'NoOtherFunction') as Statement;
      deny.NotResource = [deny.NotResource, functionArn(r, 'AgentGateFunction')];
    },
    /rights-are-exact: OursBoundary\w+ doesn’t keep .* from lambda:InvokeFunction/,
  ],
  [
    'a boundary that spares every state machine',
    (r) => {
      const deny = boundaryOf(r, 'Aws').find(({ Sid }) => Sid === 'NoOtherStateMachine') as Statement;
      deny.NotResource = '*';
    },
    /rights-are-exact: AwsBoundary\w+ doesn’t keep .* from states:StartExecution/,
  ],
  [
    'the gate as the function of a connector',
    (r) => {
      const gate = functionArn(r, 'AgentGateFunction');
      const executor = r[idOf(r, 'AWS::Lambda::Function', 'OursExecutorFunction')] as unknown as {
        Properties: { Environment: { Variables: { RESOURCE_1: unknown } } };
      };
      executor.Properties.Environment.Variables.RESOURCE_1 = gate;
      for (const statement of rightsOf(r, 'Ours')) if (statement.Sid === 'CallFunction') statement.Resource = gate;
      const policy = r[idOf(r, 'AWS::Lambda::ResourcePolicy', 'AgentGateOnlyItsCallers')] as unknown as {
        Properties: { PolicyDocument: { Statement: Statement[] } };
      };
      policy.Properties.PolicyDocument.Statement = policy.Properties.PolicyDocument.Statement.filter(
        ({ Effect }) => Effect === 'Allow',
      );
      for (const statement of boundaryOf(r, 'Ours')) if (statement.NotResource) statement.NotResource = gate;
    },
    /connector Ours.*lambda:InvokeFunction|lambda:InvokeFunction.*gate.*Ours|Ours.*may invoke/,
  ],
];

test.each(HOLES)('%s is found', (_, change, found) => {
  expect(complaintsOf(changed(change)).join('\n')).toMatch(found);
});
