import { App, type StackProps } from 'aws-cdk-lib';
import { QuickstartStack } from '../../../examples/quickstart/quickstart-stack';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';

export type Resources = { [logicalId: string]: { Type: string; Properties: JsonObject; Metadata?: JsonObject } };
export type TemplateBody = JsonObject & { Resources: Resources };

/** The quickstart, synthesized. */
export function quickstartTemplate(props: StackProps = {}): TemplateBody {
  const app = new App({ builtinCloudFormationValidation: false });
  new QuickstartStack(app, 'Quickstart', {
    ...props,
    ticketsUrl: 'https://tickets.example.com',
    imageDigest: `sha256:${'0'.repeat(64)}`,
  });
  return app.synth().getStackByName('Quickstart').template as TemplateBody;
}

/** Logical id of the one resource of a type whose id begins so. */
export function idOf(resources: Resources, type: string, start: string): string {
  const ids = Object.keys(resources).filter((id) => resources[id]?.Type === type && id.startsWith(start));
  const [only] = ids;
  if (only === undefined || ids.length > 1) throw new Error(`${ids.length} resources ${type} ${start}`);
  return only;
}

/** Properties of that resource. */
export function propertiesOf(resources: Resources, type: string, start: string): JsonObject {
  return (resources[idOf(resources, type, start)] as Resources[string]).Properties;
}

export function arnOf(resources: Resources, type: string, start: string): JsonValue {
  return { 'Fn::GetAtt': [idOf(resources, type, start), 'Arn'] };
}

/** A subnet of the template's network, by its number. */
export function subnetOf(resources: Resources, n: number): JsonValue {
  return { Ref: idOf(resources, 'AWS::EC2::Subnet', `AgentNetworkVpcIsolatedSubnet${n}`) };
}

/** Statements of a policy document in a resource. */
export function statementsIn(document: JsonValue | undefined): JsonObject[] {
  return (document as { Statement: JsonObject[] }).Statement;
}

/** Takes every Deny out of a policy document. */
export function withoutDenies(document: JsonValue | undefined): void {
  const policy = document as { Statement: JsonObject[] };
  policy.Statement = policy.Statement.filter(({ Effect }) => Effect !== 'Deny');
}
