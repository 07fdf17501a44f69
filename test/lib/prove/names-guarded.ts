import { strangeCallers } from '../../../lib/prove/callers';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { unknownRelations } from '../../../lib/prove/unknown-relations';
import { Assembly } from '../../../lib/template';
import type { JsonValue } from '../../../runtime/core/contracts';
import type { CloudFormationType } from './cloudformation-types';
import { add } from './hole';
import { idOf, type TemplateBody } from './quickstart-template';

/** One guarded resource of each type. */
export const GUARDED: readonly (readonly [type: string, start: string])[] = [
  ['AWS::S3::Bucket', 'AgentLedgerBucket'],
  ['AWS::DynamoDB::Table', 'AgentState'],
  ['AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine'],
  ['AWS::SecretsManager::Secret', 'TicketsCredential'],
  ['AWS::ApiGateway::RestApi', 'AgentGate'],
  ['AWS::ECS::TaskDefinition', 'AgentTask'],
  ['AWS::ECS::Cluster', 'AgentTask'],
  ['AWS::Logs::LogGroup', 'AgentTaskLogs'],
  ['AWS::Lambda::Function', 'AgentGate'],
  ['AWS::IAM::Role', 'AgentAgentRole'],
  ['AWS::KMS::Key', 'AgentLedgerKey'],
  ['AWS::EC2::VPC', 'AgentNetworkVpc'],
  ['AWS::EC2::Subnet', 'AgentNetworkVpcIsolatedSubnet1'],
  ['AWS::EC2::SecurityGroup', 'AgentAgentGroup'],
  ['AWS::EC2::RouteTable', 'AgentNetworkVpcIsolatedSubnet1'],
];

/** A resource that names a guarded one: its type, where it does so, and the type that it names. */
export interface Naming {
  readonly type: string;
  readonly at: string;
  readonly of: string;
}

/** One resource for each place of each type, of which each names a guarded one. Returns those that nobody finds. */
export function unfoundNamings(
  clean: TemplateBody,
  types: readonly CloudFormationType[],
  guardedAt: (place: number) => (typeof GUARDED)[number],
  spell: (logicalId: string) => JsonValue,
): { readonly all: number; readonly unfound: Naming[] } {
  const body = structuredClone(clean);
  const namings = types
    .flatMap(({ name, places }) => places.map((place) => ({ name, ...place })))
    .map(({ name, at, properties }, i): [id: string, Naming] => {
      const [type, start] = guardedAt(i);
      const id = `Hole${i}`;
      add(body.Resources, id, name, properties(spell(idOf(clean.Resources, type, start))));
      return [id, { type: name, at, of: type }];
    });
  const assembly = Assembly.of({ name: 'Quickstart.template.json', body });
  const parts = new RuntimeParts(assembly);
  const said = [...unknownRelations(assembly, parts), ...strangeCallers(assembly, parts)];
  const found = new Set(said.flatMap((text) => text.match(/\bHole\d+\b/g) ?? []));
  return { all: namings.length, unfound: namings.filter(([id]) => !found.has(id)).map(([, naming]) => naming) };
}
