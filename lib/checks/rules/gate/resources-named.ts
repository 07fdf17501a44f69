import { describe, type Resource } from '../../../template';
import { type Policy, readPolicy, type Statement, statementsOf } from '../../../template/iam/policy';
import { agentFeeds } from '../../facts/agent-feeds';
import { nearAgents } from '../../facts/near-agents';
import { resourcePoliciesOf } from '../../facts/placed-resource-policies';
import { isReading } from '../../judge/reading-action';
import { statementPath } from '../../judge/statement-width';
import { strangersFault } from '../../judge/strangers';
import type { Offence, Rule } from '../../rule';

/** Who may write into an agent's queue speaks to its model, and who may use its key, secret or role needs no agent. */
export const resourcesNamed: Rule = {
  id: 'GateResourcesNamed',
  pillar: 'gate',
  severity: 'error',
  holds:
    'No policy of a queue, topic, bucket or event bus that feeds an agent, or of a table, key, secret or role that it uses, admits every AWS account. A bucket that everybody may only read is left alone.',
  source:
    'IAM User Guide, "AWS JSON policy elements: Principal"; SQS.3, SNS.4, S3.6, EventBridge.3 and KMS.5 of AWS Security Hub; OWASP Agentic ASI01; NIST SP 800-53 AC-3',
  fix: 'Name the principals in place of "*". For a service, name it and add a condition aws:SourceArn or aws:SourceAccount; for an organization, aws:PrincipalOrgID.',
  lists: ['ASI01', 'ASI03', 'NIST SP 800-53 AC-3'],
  insecure: `Resources:
  Mail: { Type: 'AWS::SQS::Queue' }
  MailPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Mail]
      PolicyDocument:
        Statement: [{ Effect: Allow, Principal: '*', Action: sqs:SendMessage, Resource: !GetAtt Mail.Arn }]
  Feed:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: !GetAtt Mail.Arn, FunctionName: !Ref Orders }
  Orders:
    Type: AWS::Lambda::Function
    Properties: { Role: 'arn:aws:iam::111122223333:role/orders' }
  Desk:
    Type: AWS::Bedrock::Agent
    Properties: { ActionGroups: [{ ActionGroupName: orders, ActionGroupExecutor: { Lambda: !GetAtt Orders.Arn } }] }
`,
  secure: `Resources:
  Mail: { Type: 'AWS::SQS::Queue' }
  MailPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Mail]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { Service: sns.amazonaws.com }
            Action: sqs:SendMessage
            Resource: !GetAtt Mail.Arn
            Condition: { ArnEquals: { aws:SourceArn: !Sub 'arn:aws:sns:\${AWS::Region}:\${AWS::AccountId}:mail' } }
  Feed:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: !GetAtt Mail.Arn, FunctionName: !Ref Orders }
  Orders:
    Type: AWS::Lambda::Function
    Properties: { Role: 'arn:aws:iam::111122223333:role/orders' }
  Desk:
    Type: AWS::Bedrock::Agent
    Properties: { ActionGroups: [{ ActionGroupName: orders, ActionGroupExecutor: { Lambda: !GetAtt Orders.Arn } }] }
`,
  *check(assembly) {
    const near = new Set([...nearAgents(assembly), ...agentFeeds(assembly)]);
    if (near.size === 0) return;
    for (const { policy, holder, property, targets } of resourcePoliciesOf(assembly)) {
      if (targets.some((target) => near.has(target))) yield* documentOffences(holder, property, policy);
    }
    for (const bus of assembly.ofType('AWS::Events::EventBusPolicy')) {
      const targets = bus.items('EventBusName').flatMap(({ value }) => assembly.find(value) ?? []);
      if (!targets.some((target) => near.has(target))) continue;
      yield* busOffences(bus);
    }
  },
};

/** An event bus policy is one statement, or the members of one. */
function* busOffences(bus: Resource): Generator<Offence> {
  const whole = bus.property('Statement').map(({ value, assuming }) => ({ value: { Statement: value }, assuming }));
  yield* documentOffences(
    bus,
    'Properties',
    readPolicy(
      bus.logicalId,
      bus.path,
      whole.filter(({ value }) => value.Statement !== undefined),
    ),
  );
  const anybody = bus.property('Principal').some(({ value }) => value === '*');
  if (anybody && bus.property('Condition').every(({ value }) => value === undefined)) {
    yield { resource: bus, property: 'Properties.Principal', message: 'admits every AWS account' };
  }
}

function* documentOffences(holder: Resource, property: string, policy: Policy): Generator<Offence> {
  const said = new Set<string>();
  for (const statement of statementsOf(policy)) {
    const fault = isReadOnlyBucket(holder, statement) ? undefined : strangersFault(statement);
    const at = statementPath(property, statement);
    if (fault === undefined || said.has(at)) continue;
    said.add(at);
    const message = fault.startsWith("can't")
      ? fault
      : `admits ${fault}: an agent of this app uses it, or is fed by it`;
    yield { resource: holder, property: at, message };
  }
}

/** A web site's bucket is for everybody to read. */
function isReadOnlyBucket({ type }: Resource, { action }: Statement): boolean {
  return type === 'AWS::S3::BucketPolicy' && !action.negated && action.patterns.map(describe).every(isReading);
}
