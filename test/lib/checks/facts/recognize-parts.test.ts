import { RuntimeParts } from '../../../../lib/prove/runtime-parts';
import { Assembly } from '../../../../lib/template';
import { quickstartTemplate, type TemplateBody } from '../../prove/quickstart-template';

/** Workloads and roles of the runtime, with the label of each. */
function labelsIn(body: TemplateBody): { [logicalId: string]: string } {
  const assembly = Assembly.of({ name: 'Quickstart.template.json', body });
  const parts = new RuntimeParts(assembly);
  const roles = assembly.ofType('AWS::IAM::Role').map((role) => [role, parts.ofRole(role)] as const);
  return Object.fromEntries(
    [...parts.workloads, ...roles].flatMap(([{ logicalId }, part]) =>
      part === undefined ? [] : [[logicalId.replace(/[0-9A-F]{8}$/, ''), part.label]],
    ),
  );
}

const PARTS = {
  AgentGateFunction: 'gate',
  AgentGateRole: 'gate',
  TicketsExecutorFunction: 'connector Tickets',
  TicketsExecutorRole: 'connector Tickets',
  DocumentsExecutorFunction: 'connector Documents',
  DocumentsExecutorRole: 'connector Documents',
  AgentLedgerSealerSealFunction: 'sealer',
  AgentLedgerSealerSealRole: 'sealer',
  AgentApprovalsRequestApprovalFunction: 'token keeper',
  AgentApprovalsRequestApprovalRole: 'token keeper',
  AgentApprovalsShowRequestsFunction: 'request viewer',
  AgentApprovalsShowRequestsRole: 'request viewer',
  AgentApprovalsDecideFunction: 'decision',
  AgentApprovalsDecideRole: 'decision',
  AgentApprovalsExecuteApprovedFunction: 'approved call',
  AgentApprovalsExecuteApprovedRole: 'approved call',
  AgentApprovalsCloseRequestFunction: 'request closer',
  AgentApprovalsCloseRequestRole: 'request closer',
  AgentApprovalsStateMachine: 'approval workflow',
  AgentApprovalsWorkflowRole: 'approval workflow',
  AgentApprovalsApproverRole: 'approver',
  AgentApprovalsWatchStateMachine: 'approval watch',
  AgentApprovalsWatchRole: 'approval watch',
  AgentApprovalsWatchStarterRole: 'watch starter',
  AgentSessionsLaunchFunction: 'session launcher',
  AgentSessionsLaunchRole: 'session launcher',
  AgentSessionsEndFunction: 'session end',
  AgentSessionsEndRole: 'session end',
  AgentSweepFunction: 'session sweep',
  AgentSweepRole: 'session sweep',
  AgentOperatorsOperateFunction: 'operator desk',
  AgentOperatorsOperateRole: 'operator desk',
  AgentOperatorsRole: 'operator',
  AgentTaskDefinition: 'agent',
  AgentAgentRole: 'agent',
  AgentTaskExecutionRole: 'task starter',
  AgentNetworkFlowLogRole: 'flow log',
  CustomVpcRestrictDefaultSGCustomResourceProviderHandler: 'AWS CDK',
  CustomVpcRestrictDefaultSGCustomResourceProviderRole: 'AWS CDK',
};

describe('the parts of the runtime', () => {
  let body: TemplateBody;
  beforeAll(() => {
    body = quickstartTemplate();
  });

  test('are recognized in the quickstart', () => {
    expect(labelsIn(body)).toEqual(PARTS);
  });

  test('are recognized without descriptions, comments and metadata', () => {
    const plain = structuredClone(body);
    for (const resource of Object.values(plain.Resources)) {
      delete resource.Metadata;
      delete resource.Properties?.Description;
    }
    expect(labelsIn(plain)).toEqual(PARTS);
  });

  test('are not recognized by descriptions', () => {
    const copied = structuredClone(body);
    const gate = Object.entries(copied.Resources).find(([id]) => id.startsWith('AgentGateFunction'))?.[1];
    copied.Resources.Copy = {
      Type: 'AWS::Lambda::Function',
      Properties: { Description: gate?.Properties.Description ?? '', Role: 'arn:aws:iam::111122223333:role/x' },
    };
    expect(labelsIn(copied)).toEqual(PARTS);
  });
});
