import type { JsonObject } from '../../../runtime/core/contracts';
import { add, agentGroup } from '../../lib/prove/hole';
import { idOf, propertiesOf, type Resources, statementsIn } from '../../lib/prove/quickstart-template';
import {
  AGENT,
  adding,
  type CorpusHole,
  container,
  endpointStatement,
  holesOf,
  INCLUDE,
  setting,
  trustStatement,
  variables,
} from './mutation';

const rolePolicy = (r: Resources): JsonObject =>
  propertiesOf(r, 'AWS::IAM::Policy', 'AgentGateRoleDefaultPolicy').PolicyDocument as JsonObject;
const egress = (r: Resources): JsonObject[] =>
  propertiesOf(r, 'AWS::EC2::SecurityGroup', 'AgentAgentGroup').SecurityGroupEgress as JsonObject[];
const include = (value: JsonObject): void => {
  value['Fn::Transform'] = INCLUDE;
};
const RESOLVED = '{{resolve:ssm:/app/value}}';

/** Values that are known only when they are deployed. */
export const HIDDEN: readonly CorpusHole[] = holesOf('hidden', [
  [
    'macro-beside-statement',
    'Statements of a file that others write are added to the gate’s rights.',
    (r) => include(rolePolicy(r)),
  ],
  [
    'macro-in-statement',
    'Actions of a file that others write are added to a statement.',
    (r) => include((rolePolicy(r).Statement as JsonObject[])[0] as JsonObject),
  ],
  ['macro-in-trust', 'Who may assume the agent’s role is in a file.', (r) => include(trustStatement(r, AGENT))],
  ['macro-in-egress', 'Where the agent’s rule leads is in a file.', (r) => include(egress(r)[0] as JsonObject)],
  ['macro-in-container', 'What the agent’s container is given is in a file.', (r) => include(container(r))],
  ['macro-in-endpoint-policy', 'Whom an endpoint serves is in a file.', (r) => include(endpointStatement(r, 'Kms'))],
  ['macro-in-variables', 'Variables of the gate are in a file.', variables('AgentGate', { 'Fn::Transform': INCLUDE })],
  [
    'macro-at-resource',
    'Properties of the ledger are in a file.',
    (r) => {
      Object.assign(r[idOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket')] as object, { 'Fn::Transform': INCLUDE });
    },
  ],
  [
    'macro-in-properties',
    'Properties of the gate are in a file.',
    (r) => include(propertiesOf(r, 'AWS::Lambda::Function', 'AgentGate')),
  ],
  ['macro-in-resources', 'Resources are in a file.', (_, body) => include(body.Resources as unknown as JsonObject)],
  [
    'loop-in-policy',
    'A loop writes statements.',
    (r) => {
      rolePolicy(r)['Fn::ForEach::S'] = [
        'X',
        ['s3:Get*'],
        { Statement: [{ Effect: 'Allow', Action: { Ref: 'X' }, Resource: '*' }] },
      ];
    },
  ],
  [
    'loop-in-resources',
    'A loop writes resources.',
    (_, body) => {
      (body.Resources as unknown as JsonObject)['Fn::ForEach::S'] = [
        'X',
        ['A'],
        { 'Bucket${X}': { Type: 'AWS::S3::Bucket' } },
      ];
    },
  ],
  [
    'resolved-action',
    'What the gate may do is in a parameter.',
    (r) => {
      ((rolePolicy(r).Statement as JsonObject[])[0] as JsonObject).Action = RESOLVED;
    },
  ],
  [
    'resolved-resource',
    'On what the gate may act is in a parameter.',
    (r) => {
      ((rolePolicy(r).Statement as JsonObject[])[0] as JsonObject).Resource = RESOLVED;
    },
  ],
  [
    'resolved-user',
    'As whom the agent runs is in a parameter.',
    (r) => {
      container(r).User = RESOLVED;
    },
  ],
  [
    'resolved-image',
    'Which image the agent runs is in a parameter.',
    (r) => {
      container(r).Image = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/agent@${RESOLVED}`;
    },
  ],
  [
    'resolved-principal',
    'Whom an endpoint serves is in a parameter.',
    (r) => {
      ((endpointStatement(r, 'Kms').Condition as JsonObject).ArnEquals as JsonObject)['aws:PrincipalArn'] = RESOLVED;
    },
  ],
  [
    'resolved-account',
    'Whose resources an endpoint serves is in a parameter.',
    (r) => {
      ((endpointStatement(r, 'Kms').Condition as JsonObject).StringEquals as JsonObject)['aws:ResourceAccount'] =
        RESOLVED;
    },
  ],
  [
    'resolved-variable',
    'Start options of the gate are in a parameter.',
    variables('AgentGate', { NODE_OPTIONS: RESOLVED }),
  ],
  [
    'resolved-egress',
    'Where the agent reaches is in a parameter.',
    (r) => {
      egress(r).push({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: RESOLVED });
    },
  ],
  [
    'missing-reference',
    'A group that doesn’t exist: somebody’s edit broke what held.',
    (r) => {
      egress(r).push({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, DestinationSecurityGroupId: { Ref: 'Nowhere' } });
    },
  ],
  [
    'remote-nested-stack',
    'A nested stack of another place adds what nobody read.',
    adding('AWS::CloudFormation::Stack', (r) => ({
      TemplateURL: 'https://collector.s3.amazonaws.com/child.json',
      Parameters: { Role: { Ref: idOf(r, 'AWS::IAM::Role', 'AgentGateRole') } },
    })),
  ],
  [
    'module',
    'A registered module adds what nobody read.',
    adding('Acme::Agent::Extra::MODULE', (r) => ({ Role: { Ref: idOf(r, 'AWS::IAM::Role', 'AgentGateRole') } })),
  ],
  [
    'custom-resource-with-role',
    'A custom resource elsewhere is told the role and may change it.',
    adding('AWS::CloudFormation::CustomResource', (r) => ({
      ServiceToken: 'arn:aws:lambda:eu-west-1:999988887777:function:x',
      Role: { Ref: idOf(r, 'AWS::IAM::Role', 'AgentGateRole') },
    })),
  ],
]);

const standalone =
  (GroupId: (r: Resources) => JsonObject): CorpusHole['dig'] =>
  (r) =>
    add(r, 'Hole', 'AWS::EC2::SecurityGroupEgress', {
      GroupId: GroupId(r),
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
      CidrIp: '0.0.0.0/0',
    });
const groupId = (r: Resources): string => idOf(r, 'AWS::EC2::SecurityGroup', 'AgentAgentGroup');
const S3 = 'AgentNetworkEndpointsS3';
const s3Statements = (r: Resources): JsonObject[] =>
  statementsIn(propertiesOf(r, 'AWS::EC2::VPCEndpoint', S3).PolicyDocument);
const layers = (r: Resources): JsonObject =>
  s3Statements(r).find((each) => JSON.stringify(each.Resource).includes('starport')) as JsonObject;

/** The collected cases, as a change of this template. */
export const CASES: readonly CorpusHole[] = holesOf('cases', [
  [
    'net-01-get-att',
    'A rule beside the group opens it.',
    standalone((r) => ({ 'Fn::GetAtt': [groupId(r), 'GroupId'] })),
  ],
  ['net-01-ref', 'A rule beside the group opens it, which names it by Ref.', standalone((r) => ({ Ref: groupId(r) }))],
  ['net-01-import', 'A rule opens a group that nobody knows.', standalone(() => ({ 'Fn::ImportValue': 'Group' }))],
  [
    'net-01-if',
    'A rule opens the group under a condition.',
    (r, body) => {
      body.Conditions = {
        ...(body.Conditions as JsonObject),
        Open: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
      };
      standalone((all) => ({
        'Fn::If': ['Open', { 'Fn::GetAtt': [groupId(all), 'GroupId'] }, 'sg-0123456789abcdef0'],
      }))(r, body);
    },
  ],
  [
    'end-01-all-actions',
    'Anybody writes into the layers’ bucket.',
    (r) => {
      layers(r).Action = 's3:*';
    },
  ],
  [
    'end-01-any-bucket',
    'Objects of any bucket are read.',
    (r) => {
      layers(r).Resource = 'arn:aws:s3:::*/*';
    },
  ],
  [
    'end-01-looks-like-layers',
    'Objects of a bucket are read whose name only begins so.',
    (r) => {
      layers(r).Resource = 'arn:aws:s3:::prod-eu-west-1-starport-layer-bucket*/*';
    },
  ],
  [
    'end-01-principal-account',
    'The layers’ bucket isn’t served to the account that holds it: no image is pulled.',
    (r) => {
      layers(r).Condition = { StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } };
    },
  ],
  [
    'end-02-no-prefix-list',
    'The task’s group lacks the gateway: no image is pulled, and somebody opens it wholly.',
    (r) => {
      propertiesOf(r, 'AWS::EC2::SecurityGroup', 'AgentAgentGroup').SecurityGroupEgress = egress(r).filter(
        (each) => each.DestinationPrefixListId === undefined,
      );
    },
  ],
  [
    'end-02-all-https',
    'The usual repair: HTTPS to everywhere.',
    (r) => {
      egress(r).push({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' });
    },
  ],
  [
    'end-02-unknown-prefix-list',
    'The group is open to a list of addresses that others keep.',
    (r) => {
      egress(r).push({
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        DestinationPrefixListId: 'pl-0123456789abcdef0',
      });
    },
  ],
  [
    'end-02-route-table-missing',
    'One subnet has no way to the gateway.',
    setting('AWS::EC2::VPCEndpoint', S3, (r) => ({
      RouteTableIds: [{ Ref: idOf(r, 'AWS::EC2::RouteTable', 'AgentNetworkVpcIsolatedSubnet1') }],
    })),
  ],
  [
    't2-31-condition-of-y',
    'An open rule exists where a parameter is the text Y.',
    (r, body) => {
      body.Parameters = {
        ...(body.Parameters as JsonObject),
        OpenWeb: { Type: 'String', AllowedValues: ['Y', 'N'], Default: 'N' },
      };
      body.Conditions = { ...(body.Conditions as JsonObject), IsOpen: { 'Fn::Equals': [{ Ref: 'OpenWeb' }, 'Y'] } };
      standalone((all) => ({ Ref: groupId(all) }))(r, body);
      Object.assign(r.Hole as object, { Condition: 'IsOpen' });
    },
  ],
  [
    't2-06-new-interface',
    'A machine of others stands in the agent’s group.',
    adding('AWS::EC2::NetworkInterface', (r) => ({
      GroupSet: [agentGroup(r)],
      SubnetId: { Ref: idOf(r, 'AWS::EC2::Subnet', 'AgentNetworkVpcIsolatedSubnet1') },
    })),
  ],
]);
