import { outsideHolders } from '../../../lib/prove/outside-holders';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { trustFaults } from '../../../lib/prove/trust';
import { Assembly } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { APPROVERS, trustStatement } from '../../corpus/holes/mutation';
import { add } from './hole';
import { propertiesOf, quickstartTemplate, type Resources, type TemplateBody } from './quickstart-template';

const FOREIGN = '999988887777';

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

function assemblyWith(change: (r: Resources) => void): Assembly {
  const body = structuredClone(clean);
  change(body.Resources);
  return Assembly.of({ name: 'Q.template.json', body });
}

function faults(change: (r: Resources) => void): string[] {
  const assembly = assemblyWith(change);
  return trustFaults(assembly, new RuntimeParts(assembly));
}

const roleFor = (principal: JsonValue): JsonObject => ({
  AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' } },
});

const approvedBy = (principal: JsonValue) => (r: Resources) => {
  add(r, 'Beside', 'AWS::IAM::Role', roleFor(principal));
  trustStatement(r, APPROVERS).Principal = { AWS: { 'Fn::GetAtt': ['Beside', 'Arn'] } };
};

test('a role of the app that people take may approve, one that a service takes may not', () => {
  expect(faults(approvedBy({ AWS: { Ref: 'AWS::AccountId' } }))).toEqual([]);
  const principals: JsonValue[] = [
    { Service: 'lambda.amazonaws.com' },
    { AWS: { Ref: 'AWS::AccountId' }, Service: ['ec2.amazonaws.com'] },
  ];
  for (const principal of principals) {
    expect(faults(approvedBy(principal))).toEqual([expect.stringMatching(/amazonaws\.com may take it, so a program/)]);
  }
});

test('who approves by the name of a user can’t set another identity', () => {
  const setting = (r: Resources): JsonObject =>
    Object.assign(trustStatement(r, APPROVERS), { Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] });
  expect(faults(setting)).toEqual([expect.stringContaining('to do more than assume the role')]);
  const named = (r: Resources): void => {
    const statement = setting(r);
    Object.assign(statement, {
      Condition: {
        StringEquals: { 'sts:RoleSessionName': `\${aws:SourceIdentity}`, 'aws:PrincipalTag/team': 'leads' },
        ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::111122223333:role/people` },
      },
    });
  };
  expect(faults(named)).toEqual([]);
});

test.each<[type: string, property: string]>([
  ['AWS::ECR::RegistryPolicy', 'PolicyText'],
  ['AWS::Logs::ResourcePolicy', 'PolicyDocument'],
])('%s that lets others in is found, as an object and as text', (type, property) => {
  const policy = (principal: JsonValue): JsonObject => ({
    Statement: [{ Effect: 'Allow', Principal: principal, Action: '*', Resource: '*' }],
  });
  const found = (document: JsonValue): string[] =>
    outsideHolders(assemblyWith((r) => add(r, 'Hole', type, { [property]: document })));
  expect(found(policy({ AWS: FOREIGN }))).toEqual([`Hole (${type}) lets ${FOREIGN} in`]);
  expect(found(JSON.stringify(policy({ AWS: `arn:aws:iam::${FOREIGN}:root` })))).toHaveLength(1);
  expect(found(policy('*'))).toEqual([`Hole (${type}) lets anybody in`]);
  expect(found(policy({ AWS: { 'Fn::ImportValue': 'Theirs' } }))).toEqual([`Hole (${type}) lets anybody in`]);
  expect(found(policy({ Service: 'delivery.logs.amazonaws.com' }))).toEqual([]);
  expect(found(policy({ AWS: { Ref: 'AWS::AccountId' } }))).toEqual([]);
});

test('a repository that lets others in is found, and one without a policy is none', () => {
  const found = (policy: JsonObject): string[] =>
    outsideHolders(assemblyWith((r) => Object.assign(propertiesOf(r, 'AWS::ECR::Repository', 'AgentImages'), policy)));
  expect(found({})).toEqual([]);
  const theirs = { Statement: [{ Effect: 'Allow', Principal: { AWS: FOREIGN }, Action: 'ecr:PutImage' }] };
  expect(found({ RepositoryPolicyText: theirs })).toEqual([expect.stringContaining(`lets ${FOREIGN} in`)]);
});
