import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { strangeCallers } from '../../../lib/prove/callers';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { unknownRelations } from '../../../lib/prove/unknown-relations';
import { Assembly } from '../../../lib/template';
import { add } from './hole';
import { idOf, quickstartTemplate } from './quickstart-template';

/** One guarded resource of each type. */
const GUARDED: readonly (readonly [type: string, start: string])[] = [
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
];

/** Every type that aws-cdk-lib offers. */
function allTypes(): string[] {
  const root = path.dirname(require.resolve('aws-cdk-lib/package.json'));
  const modules = readdirSync(root).filter((name) => /^(aws|alexa)-/.test(name));
  const found = modules.flatMap((name) => {
    const folder = path.join(root, name, 'lib');
    const files = readdirSync(folder).filter((file) => file.endsWith('.generated.d.ts'));
    return files.flatMap(
      (file) => readFileSync(path.join(folder, file), 'utf8').match(/(?<=@cloudformationResource )[\w:]+/g) ?? [],
    );
  });
  return [...new Set(found)].filter((type) => type.split('::').length === 3);
}

test('every resource type that names a guarded resource is found, each with each', () => {
  const body = quickstartTemplate();
  const types = allTypes();
  expect(types.length).toBeGreaterThan(1000);
  const targets = GUARDED.map(([type, start]) => idOf(body.Resources, type, start));
  for (const [i, type] of types.entries()) {
    for (const target of targets) add(body.Resources, `Hole${i}x${target}`, type, { Anything: { Ref: target } });
  }
  const assembly = Assembly.of({ name: 'Q.template.json', body });
  const parts = new RuntimeParts(assembly);
  const named = [...unknownRelations(assembly, parts), ...strangeCallers(assembly, parts)];
  const found = new Set(named.map((text) => text.split(' ')[0]));
  const missed = types.flatMap((type, i) =>
    targets.filter((target) => !found.has(`Hole${i}x${target}`)).map((target) => `${type} → ${target}`),
  );
  expect(missed).toEqual([]);
});
