import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { idOf, type Resources, type TemplateBody } from './quickstart-template';

/** A hole in the quickstart: how it comes about, and how it must be named. */
export interface Hole {
  readonly name: string;
  /** Claim that it breaks. */
  readonly claim: string;
  /** What the counter-example says: who, by which way, to what. */
  readonly names: RegExp;
  /** Changes the template; may return more templates of the same assembly, as a list of `TemplateSource`. */
  readonly dig: (resources: Resources, body: TemplateBody) => unknown;
}

export const ROLES = {
  agent: 'AgentAgentRole',
  gate: 'AgentGateRole',
  decide: 'AgentApprovalsDecideRole',
  launch: 'AgentSessionsLaunchRole',
  end: 'AgentSessionsEndRole',
  tickets: 'TicketsExecutorRole',
  documents: 'DocumentsExecutorRole',
};

export const role = (r: Resources, name: keyof typeof ROLES): string => idOf(r, 'AWS::IAM::Role', ROLES[name]);
export const group = (r: Resources, start: string): JsonValue => ({
  'Fn::GetAtt': [idOf(r, 'AWS::EC2::SecurityGroup', start), 'GroupId'],
});
export const agentGroup = (r: Resources): JsonValue => group(r, 'AgentAgentGroup');
export const tableOf = (r: Resources, n: number): JsonValue => ({
  Ref: idOf(r, 'AWS::EC2::RouteTable', `AgentNetworkVpcIsolatedSubnet${n}`),
});
export const vpc = (r: Resources): JsonValue => ({ Ref: idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc') });

export function add(r: Resources, id: string, Type: string, Properties: JsonObject): void {
  r[id] = { Type, Properties };
}

export function declare(body: TemplateBody, section: string, entries: JsonObject): void {
  body[section] = { ...(body[section] as JsonObject | undefined), ...entries };
}

export function grant(r: Resources, name: keyof typeof ROLES, statement: JsonObject): void {
  add(r, 'Hole', 'AWS::IAM::RolePolicy', {
    RoleName: { Ref: role(r, name) },
    PolicyDocument: { Statement: { Effect: 'Allow', ...statement } },
  });
}

/** Gives a role of the app's own, beside the runtime, a right; named `Beside`. */
export function grantBeside(r: Resources, statement: JsonObject): void {
  add(r, 'Beside', 'AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
    },
    Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: { Effect: 'Allow', ...statement } } }],
  });
}
