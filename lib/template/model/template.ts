import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import type { Assembly } from './assembly';
import { Choices, conditionHolds, evaluate, OpenChoice, type ParameterValue, type Scope } from './intrinsics';
import { lineOfResource } from './line';
import { type Branch, isObject, isTextual, type Resolved, Unresolved, type Value } from './value';

/** More ways than this for one value to turn out, and it counts as unresolved. */
const MAX_BRANCHES = 256;

/** Where a template comes from, and what is known of the stack it becomes. */
export interface TemplateSource {
  /** File name, unique in its assembly; part of every reference's key. */
  readonly name: string;
  readonly body: JsonObject;
  /** The file's text, for line numbers. */
  readonly text?: string;
  readonly stackName?: string;
  /** Account of the stack, where the app fixed it. */
  readonly account?: string;
  readonly region?: string;
  /** Parameter values fixed by the app. */
  readonly parameters?: { readonly [name: string]: string };
}

/** One synthesized template: its resources, and the reading of its values. */
export class Template {
  public readonly name: string;
  public readonly stackName: string;
  /** Members of `Resources` that aren't resources (Fn::ForEach, a missing type): nothing is known of what they make. */
  public readonly oddities: readonly Unresolved[];
  /** Names of the macros that rewrite the template at deployment: with any, nothing here is certain. */
  public readonly transforms: readonly string[];
  /** The resource of the parent that makes this nested stack. Set by the assembly. @internal */
  public parent: Resource | undefined;

  private readonly byId = new Map<string, Resource>();
  private present: readonly Resource[] | undefined;
  private readonly scope: Scope;
  private readonly cache = new WeakMap<object, Resolved>();

  constructor(
    public readonly source: TemplateSource,
    public readonly assembly: Assembly,
  ) {
    this.name = source.name;
    this.stackName = source.stackName ?? source.name.replace(/(\.nested)?(\.template)?\.(json|ya?ml)$/, '');
    this.scope = this.makeScope();
    const oddities: Unresolved[] = [];
    for (const [logicalId, raw] of Object.entries(objectAt(source.body, 'Resources'))) {
      if (isObject(raw as Value) && typeof (raw as JsonObject).Type === 'string') {
        this.byId.set(logicalId, new Resource(this, logicalId, raw as JsonObject));
      } else {
        oddities.push(new Unresolved(logicalId, `${this.name}: Resources.${logicalId}`, 'not a resource with a type'));
      }
    }
    const transform = source.body.Transform;
    this.transforms = (Array.isArray(transform) ? transform : [transform])
      .filter((t) => t !== undefined && t !== null)
      .map((t) => (typeof t === 'string' ? t : JSON.stringify(t)));
    this.oddities = oddities;
  }

  /** Resources in the order of the file, those whose condition can never hold excepted. */
  public get resources(): readonly Resource[] {
    this.present ??= [...this.byId.values()].filter((resource) => resource.presence !== 'never');
    return this.present;
  }

  /** The resource of that logical id, or undefined. */
  public resource(logicalId: string): Resource | undefined {
    return this.byId.get(logicalId);
  }

  /**
   * Reads a raw template value: every way it can turn out. Never throws, never returns an empty list.
   *
   * @param where named by the unknowns that are found: `LogicalId.Properties.Name`
   */
  public resolve(raw: JsonValue | undefined, where: string): Resolved {
    if (raw === null || typeof raw !== 'object') return [{ value: raw, assuming: [] }];
    const known = this.cache.get(raw);
    if (known !== undefined) return known;
    const resolved = this.decide((choices) => evaluate(raw, this.scope, choices, where), where, raw);
    this.cache.set(raw, resolved);
    return resolved;
  }

  /** @internal evaluates with decisions taken elsewhere (a nested stack's parent, an importing stack) */
  public evaluate(raw: JsonValue | undefined, choices: Choices, where: string): Value {
    return evaluate(raw, this.scope, choices, where);
  }

  /** @internal whether a named condition holds, always, never or depending on what is unknown */
  public truthOf(condition: string): 'always' | 'never' | 'depends' {
    const truths = this.decide((choices) => conditionHolds(condition, this.scope, choices), condition, condition);
    const values = new Set(truths.map((branch) => branch.value));
    return values.size > 1 || !(values.has(true) || values.has(false))
      ? 'depends'
      : values.has(true)
        ? 'always'
        : 'never';
  }

  /** Outputs by logical id, raw. */
  public get outputs(): JsonObject {
    return objectAt(this.source.body, 'Outputs');
  }

  /** Takes every option of every choice that the evaluation meets. */
  private decide(evaluation: (choices: Choices) => Value, where: string, raw: JsonValue): Resolved {
    const branches: Branch[] = [];
    const open: Map<string, number>[] = [new Map()];
    for (let steps = 0; open.length > 0; steps += 1) {
      if (branches.length + open.length > MAX_BRANCHES || steps > 4 * MAX_BRANCHES) {
        const reason = `more than ${MAX_BRANCHES} ways to turn out`;
        return [{ value: new Unresolved(JSON.stringify(raw).slice(0, 80), where, reason), assuming: [] }];
      }
      const taken = open.pop() as Map<string, number>;
      const choices = new Choices(taken);
      try {
        const value = evaluation(choices);
        branches.push({ value, assuming: [...choices.assumptions] });
      } catch (error) {
        if (!(error instanceof OpenChoice)) throw error;
        for (let i = error.options - 1; i >= 0; i -= 1) open.push(new Map([...taken, [error.key, i]]));
      }
    }
    return branches;
  }

  private makeScope(): Scope {
    const { body, account, region } = this.source;
    const parameters = objectAt(body, 'Parameters');
    const conditions = objectAt(body, 'Conditions');
    const mappings = objectAt(body, 'Mappings');
    const types = objectAt(body, 'Resources');
    return {
      name: this.name,
      parameter: (name) => {
        const declared = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
        return isObject(declared as Value) ? this.parameterValue(name, declared as JsonObject) : undefined;
      },
      condition: (name) => (Object.hasOwn(conditions, name) ? conditions[name] : undefined),
      mapping: (name) => {
        const mapping = Object.hasOwn(mappings, name) ? mappings[name] : undefined;
        return isObject(mapping as Value) ? (mapping as JsonObject) : undefined;
      },
      resourceType: (logicalId) => {
        const resource = Object.hasOwn(types, logicalId) ? types[logicalId] : undefined;
        const type = isObject(resource as Value) ? (resource as JsonObject).Type : undefined;
        return typeof type === 'string' ? type : undefined;
      },
      pseudo: (name) => (name === 'AWS::AccountId' ? account : name === 'AWS::Region' ? region : undefined),
      nestedOutput: (logicalId, output, choices, where) => {
        const nested = this.assembly.nestedTemplate(this.name, logicalId);
        const declared = nested?.outputs[output];
        if (nested === undefined || !isObject(declared as Value)) return undefined;
        return nested.evaluate((declared as JsonObject).Value, choices, `${where} → ${nested.name}`);
      },
      imported: (exportName, choices, where) => this.assembly.imported(exportName, choices, where),
    };
  }

  private parameterValue(name: string, declared: JsonObject): ParameterValue {
    const type = typeof declared.Type === 'string' ? declared.Type : 'String';
    const given = this.source.parameters?.[name];
    if (type.startsWith('AWS::SSM::Parameter::Value')) {
      return { kind: 'unknown', reason: 'the value is read from Parameter Store at deployment' };
    }
    if (given !== undefined) return { kind: 'given', evaluate: () => typed(type, given) };
    const { parent } = this;
    if (parent !== undefined) {
      const passed = objectAt(parent.properties, 'Parameters')[name];
      if (passed !== undefined) {
        const where = `${parent.logicalId}.Parameters.${name}`;
        return {
          kind: 'given',
          evaluate: (choices) => typed(type, parent.template.evaluate(passed, choices, where)),
        };
      }
    }
    const allowed = declared.AllowedValues;
    if (Array.isArray(allowed) && allowed.length > 0 && !type.startsWith('List') && type !== 'CommaDelimitedList') {
      return { kind: 'allowed', values: allowed.map((value) => typed(type, value)) };
    }
    if (declared.Default !== undefined) return { kind: 'default', value: typed(type, declared.Default) };
    return { kind: 'unknown', reason: `parameter ${name} has no default: its value is given at deployment` };
  }
}

/** One resource of a template. */
export class Resource {
  public readonly type: string;
  /** Construct path (`Stack/Agent/Vpc/Resource`), else the logical id. */
  public readonly path: string;
  /** Raw properties, intrinsics unread: use `property` to read one. */
  public readonly properties: JsonObject;
  public readonly metadata: JsonObject;
  /** Name of the condition under which the resource exists. */
  public readonly condition: string | undefined;
  private presenceKnown: 'always' | 'never' | 'depends' | undefined;

  constructor(
    public readonly template: Template,
    public readonly logicalId: string,
    /** The resource as it stands in the template. */
    public readonly raw: JsonObject,
  ) {
    this.type = String(raw.Type);
    this.properties = objectAt(raw, 'Properties');
    this.metadata = objectAt(raw, 'Metadata');
    const path = this.metadata['aws:cdk:path'];
    this.path = typeof path === 'string' ? path : logicalId;
    this.condition = typeof raw.Condition === 'string' ? raw.Condition : undefined;
  }

  /** The same for the resource everywhere in the assembly; the first part of its references' keys. */
  public get key(): string {
    return `${this.template.name}#${this.logicalId}`;
  }

  /** Whether the resource exists: `depends` when its condition depends on something unknown. */
  public get presence(): 'always' | 'never' | 'depends' {
    if (this.presenceKnown === undefined) {
      this.presenceKnown = this.condition === undefined ? 'always' : this.template.truthOf(this.condition);
    }
    return this.presenceKnown;
  }

  /** Line of the resource in its template file, from 1; undefined when the text isn't at hand. */
  public get line(): number | undefined {
    return lineOfResource(this.template.source.text, this.logicalId);
  }

  /**
   * Reads a property: every way it can turn out. An absent property is one branch whose value is `undefined`.
   *
   * @param path `SecurityGroupEgress`, or a path of keys and indexes: `'Policies', 0, 'PolicyDocument'`
   */
  public property(...path: (string | number)[]): Resolved {
    let raw: JsonValue | undefined = this.properties;
    let where = `${this.logicalId}.Properties`;
    for (const [depth, step] of path.entries()) {
      if (isObject(raw as Value) && depth > 0 && Object.keys(raw as JsonObject).some(isIntrinsicKey)) {
        // The rest of the path lies behind an intrinsic: read it, then walk on in each branch.
        const rest = path.slice(depth);
        return this.template
          .resolve(raw, where)
          .map((branch) => ({ value: walk(branch.value, rest), assuming: branch.assuming }));
      }
      raw = member(raw, step);
      where += typeof step === 'number' ? `[${step}]` : `.${step}`;
    }
    return this.template.resolve(raw, where);
  }

  /**
   * The items of a list property, each read by itself: for rules where any one item in any one branch decides. A
   * single object where a list is expected is one item; an unknown list is one `Unresolved` item.
   */
  public items(...path: (string | number)[]): Item[] {
    const where = `${this.logicalId}.Properties.${path.join('.')}`;
    let raw: JsonValue | undefined = this.properties;
    for (const step of path) raw = member(raw, step);
    const lists: Resolved[] = Array.isArray(raw)
      ? raw.map((item, i) => this.template.resolve(item, `${where}[${i}]`))
      : [this.property(...path)];
    const items: Item[] = [];
    for (const [index, branches] of lists.entries()) {
      for (const { value, assuming } of branches) {
        if (value === undefined) continue;
        for (const [i, item] of (Array.isArray(value) ? value : [value]).entries()) {
          items.push({ value: item, assuming, where: Array.isArray(raw) ? `${where}[${index}]` : `${where}[${i}]` });
        }
      }
    }
    return items;
  }

  public toString(): string {
    return this.path;
  }
}

/** An item of a list property, in one of the ways it can turn out. */
export interface Item extends Branch {
  /** `LogicalId.Properties.Path[index]` */
  readonly where: string;
}

function isIntrinsicKey(key: string): boolean {
  return key.startsWith('Fn::') || key === 'Ref';
}

function member(raw: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (Array.isArray(raw)) return raw[Number(step)];
  if (!isObject(raw as Value)) return undefined;
  const object = raw as JsonObject;
  return Object.hasOwn(object, String(step)) ? object[String(step)] : undefined;
}

/** Walks into a value that is already read; an unknown on the way is the answer. */
function walk(value: Value, path: readonly (string | number)[]): Value {
  let at = value;
  for (const step of path) {
    if (at instanceof Unresolved) return at;
    if (Array.isArray(at)) at = at[Number(step)];
    else if (isObject(at)) at = Object.hasOwn(at, String(step)) ? at[String(step)] : undefined;
    else if (isTextual(at))
      return new Unresolved(String(at), String(step), 'a value known only after deployment has members');
    else return undefined;
  }
  return at;
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return isObject(value as Value) ? (value as JsonObject) : {};
}

/** A parameter's text as its type reads it: lists are split at commas. */
function typed(type: string, value: Value): Value {
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  if (isList && typeof value === 'string') return value.split(',').map((part) => part.trim());
  if (isList && !Array.isArray(value)) return [value];
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
