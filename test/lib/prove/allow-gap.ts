import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { arnOf, idOf, propertiesOf, type Resources, statementsIn } from './quickstart-template';

/** An allow that a template lacks, or that is narrower than its part needs. */
export interface Gap {
  readonly name: string;
  /** What the counter-example says: who lacks which action on what, and in which layer. */
  readonly names: RegExp;
  readonly dig: (resources: Resources) => void;
}

/** Documents of the policies in and beside the role whose logical id begins so. */
export function documentsOf(r: Resources, role: string): JsonObject[] {
  const id = idOf(r, 'AWS::IAM::Role', role);
  const inline = ((r[id] as Resources[string]).Properties.Policies ?? []) as { PolicyDocument: JsonObject }[];
  return [
    ...inline.map(({ PolicyDocument }) => PolicyDocument),
    ...Object.values(r)
      .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(id))
      .map(({ Properties }) => Properties.PolicyDocument as JsonObject),
  ];
}

export function remove(document: JsonObject, drops: (statement: JsonObject) => boolean): void {
  const { length } = statementsIn(document);
  document.Statement = statementsIn(document).filter((statement) => !drops(statement));
  if (statementsIn(document).length === length) throw new Error('Nothing was removed.');
}

export const listed = (value: JsonValue | undefined): JsonValue[] => [value ?? []].flat() as JsonValue[];

/** Takes an action out of a role's statement. */
export function withoutAction(r: Resources, role: string, sid: string, action: string): void {
  const statement = statementOf(r, role, sid);
  const left = listed(statement.Action).filter((each) => each !== action);
  if (left.length === listed(statement.Action).length) throw new Error(`${sid} doesn't have ${action}.`);
  if (left.length === 0) statement.Effect = 'Deny';
  statement.Action = left.length === 0 ? 'none:None' : left;
}

export function statementOf(r: Resources, role: string, sid: string): JsonObject {
  const found = documentsOf(r, role)
    .flatMap(statementsIn)
    .find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`${role} has no statement ${sid}.`);
  return found;
}

export function withoutStatement(r: Resources, role: string, sid: string): void {
  const holder = documentsOf(r, role).find((document) => statementsIn(document).some(({ Sid }) => Sid === sid));
  remove(holder ?? { Statement: [] }, ({ Sid }) => Sid === sid);
}

export const endpointOf = (r: Resources, service: string): string =>
  idOf(r, 'AWS::EC2::VPCEndpoint', `AgentNetworkEndpoints${service}`);

/** The statements of an endpoint that name a role and have an action. */
export function endpointStatements(r: Resources, service: string, role: string, action: string): JsonObject[] {
  const { PolicyDocument } = (r[endpointOf(r, service)] as Resources[string]).Properties;
  return statementsIn(PolicyDocument).filter(
    (statement) => JSON.stringify(statement).includes(role) && listed(statement.Action).includes(action),
  );
}

/** Takes a role's statements with an action, on a resource that contains a text, out of an endpoint's policy. */
export function withoutUse(r: Resources, service: string, role: string, action: string, on = ''): void {
  const { PolicyDocument } = (r[endpointOf(r, service)] as Resources[string]).Properties;
  const drop = endpointStatements(r, service, role, action).filter(({ Resource }) =>
    JSON.stringify(Resource).includes(on),
  );
  remove(PolicyDocument as JsonObject, (statement) => drop.includes(statement));
}

/** Deletes the rules of one direction that lead from a group to a peer. */
export function withoutRule(r: Resources, type: 'Egress' | 'Ingress', group: string, peer: string): void {
  const found = Object.keys(r).filter((id) => {
    const resource = r[id] as Resources[string];
    if (resource.Type !== `AWS::EC2::SecurityGroup${type}`) return false;
    const { GroupId, ...rest } = resource.Properties;
    return JSON.stringify(GroupId).includes(group) && JSON.stringify(rest).includes(peer);
  });
  let removed = found.length;
  for (const id of found) delete r[id];
  for (const [id, { Type, Properties }] of Object.entries(r)) {
    if (Type !== 'AWS::EC2::SecurityGroup' || !id.includes(group)) continue;
    const rules = listed(Properties[`SecurityGroup${type}`]);
    const kept = rules.filter((rule) => !JSON.stringify(rule).includes(peer));
    removed += rules.length - kept.length;
    if (kept.length < rules.length) Properties[`SecurityGroup${type}`] = kept;
  }
  if (removed === 0) throw new Error(`No ${type} rule of ${group} names ${peer}.`);
}

/** Takes host names that contain a text out of the list that the DNS firewall allows. */
export function withoutName(r: Resources, part: RegExp): void {
  const list = propertiesOf(r, 'AWS::Route53Resolver::FirewallDomainList', 'AgentNetworkDnsFirewallAllowed');
  const left = listed(list.Domains).filter((domain) => !part.test(JSON.stringify(domain)));
  if (left.length === listed(list.Domains).length) throw new Error(`No name has ${part}.`);
  list.Domains = left;
}

export const functionPolicy = (r: Resources, start: string): JsonObject =>
  propertiesOf(r, 'AWS::Lambda::ResourcePolicy', start).PolicyDocument as JsonObject;

export const key = (r: Resources, start: string): JsonObject =>
  propertiesOf(r, 'AWS::KMS::Key', start).KeyPolicy as JsonObject;

export const isRootsAllow = ({ Effect, Principal }: JsonObject): boolean =>
  Effect === 'Allow' && JSON.stringify(Principal).includes(':root');

export const endpointProperties = (r: Resources, service: string): JsonObject =>
  (r[endpointOf(r, service)] as Resources[string]).Properties;

/** Denies the results in the evidence bucket to requests without this value of a condition key. */
export function onlyFrom(r: Resources, name: string, value: JsonValue): void {
  const { PolicyDocument } = propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerEvidencePolicy');
  statementsIn(PolicyDocument).push({
    Sid: 'OwnEndpoint',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*Object',
    Resource: { 'Fn::Join': ['', [arnOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence'), '/results/*']] },
    Condition: { StringNotEquals: { [name]: value } },
  });
}
