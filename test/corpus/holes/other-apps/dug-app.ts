import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import type { Resources } from '../../../lib/prove/quickstart-template';
import type { OtherApp, Stack } from './apps';

/** One small change of an app of several stacks. */
export interface OtherMutation {
  readonly id: string;
  readonly app: OtherApp;
  readonly dig: (app: DugApp) => void;
}

/** A change that leaves the runtime less safe. */
export interface OtherHole extends OtherMutation {
  /** What it lets happen, in one sentence. */
  readonly harm: string;
}

/** A copy of an app's stacks, whose resources are found by what the CDK calls them: their id without the hash. */
export class DugApp {
  readonly stacks: readonly Stack[];

  constructor(clean: readonly Stack[]) {
    this.stacks = structuredClone(clean);
  }

  /** The logical id of a resource. */
  id(name: string): string {
    return this.find(name).logicalId;
  }

  resource(name: string): Resources[string] {
    const { stack, logicalId } = this.find(name);
    return stack.body.Resources[logicalId] as Resources[string];
  }

  properties(name: string): JsonObject {
    return this.resource(name).Properties;
  }

  variables(name: string): { [variable: string]: JsonValue } {
    return (this.properties(name).Environment as { Variables: JsonObject }).Variables;
  }

  set(name: string, members: JsonObject): void {
    Object.assign(this.properties(name), members);
  }

  setVariables(name: string, members: JsonObject): void {
    Object.assign(this.variables(name), members);
  }

  /** The statements of a policy anywhere in a resource, with this id. */
  statement(name: string, sid: string): JsonObject {
    const found = [...objectsIn(this.properties(name))].filter(({ Sid }) => Sid === sid);
    if (found.length !== 1) throw new Error(`${found.length} statements ${sid} in ${name}`);
    return found[0] as JsonObject;
  }

  /** The resource's `Ref`, as its own stack writes it. */
  ref(name: string): JsonObject {
    return { Ref: this.id(name) };
  }

  /** An attribute, as its own stack writes it. */
  get(name: string, attribute = 'Arn'): JsonObject {
    return { 'Fn::GetAtt': [this.id(name), attribute] };
  }

  /** A value of the first stack, as another stack writes it. */
  imported(value: JsonObject): JsonObject {
    const [first] = this.stacks as readonly [Stack];
    const Name = `${first.stackName}:Dug`;
    first.body.Outputs = { ...(first.body.Outputs as JsonObject), Dug: { Value: value, Export: { Name } } };
    return { 'Fn::ImportValue': Name };
  }

  /** Adds a resource to the first stack. */
  add(Type: string, Properties: JsonObject, logicalId = 'Hole'): void {
    (this.stacks[0] as Stack).body.Resources[logicalId] = { Type, Properties };
  }

  /** Adds a resource to the last stack. */
  addLast(Type: string, Properties: JsonObject, logicalId = 'Hole'): void {
    (this.stacks.at(-1) as Stack).body.Resources[logicalId] = { Type, Properties };
  }

  /** Gives a role one more right, in the role's stack. */
  grant(role: string, statement: JsonObject): void {
    this.find(role).stack.body.Resources.Hole = {
      Type: 'AWS::IAM::RolePolicy',
      Properties: { RoleName: this.ref(role), PolicyName: 'more', PolicyDocument: { Statement: [statement] } },
    };
  }

  remove(name: string): void {
    const { stack, logicalId } = this.find(name);
    delete stack.body.Resources[logicalId];
  }

  /** Exchanges a value of two objects. */
  swap<T extends object>(one: T, other: T, member: keyof T): void {
    [one[member], other[member]] = [other[member], one[member]];
  }

  /** Exchanges two variables of a function. */
  swapVariables(name: string, one: string, other: string): void {
    const variables = this.variables(name);
    [variables[one], variables[other]] = [variables[other] as JsonValue, variables[one] as JsonValue];
  }

  private find(name: string): { stack: Stack; logicalId: string } {
    const isIt = new RegExp(`^${name}([0-9A-F]{8})?$`);
    const found = this.stacks.flatMap((stack) =>
      Object.keys(stack.body.Resources)
        .filter((logicalId) => isIt.test(logicalId))
        .map((logicalId) => ({ stack, logicalId })),
    );
    const [only] = found;
    if (only === undefined || found.length > 1) throw new Error(`${found.length} resources ${name}`);
    return only;
  }
}

/** A bucket's properties: what one rule does with its objects. */
export const oneRule = (rule: JsonObject): JsonObject => ({
  LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ...rule }] },
});

function* objectsIn(value: JsonValue): Generator<JsonObject> {
  if (Array.isArray(value)) for (const item of value) yield* objectsIn(item);
  else if (typeof value === 'object' && value !== null) {
    yield value;
    for (const member of Object.values(value)) yield* objectsIn(member);
  }
}
