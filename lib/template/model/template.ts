import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import type { DoubledKey } from '../../../runtime/core/json/doubled-keys';
import { Choices, OpenChoice } from './choices';
import { scalarValue } from './dynamic-references';
import { conditionHolds, evaluate } from './intrinsics';
import { type Place, TemplateLines } from './line';
import type { PlacedNode } from './placed-node';
import type { ParameterValue, Scope } from './scope';
import { UNQUOTED } from './unquoted';
import {
  type Branch,
  isObject,
  isTrue,
  memberOf,
  placeInList,
  type Resolved,
  splitAt,
  Text,
  trimmed,
  Unresolved,
  type Value,
} from './value';

const NOTHING: readonly string[] = [];

/** A value with more branches than this counts as unresolved. */
const MAX_BRANCHES = 256;

/** The other templates of the assembly, as far as references lead there. */
interface Neighbours {
  nestedTemplate(parent: string, logicalId: string): Template | undefined;
  imported(exportName: Value, choices: Choices, where: string, into: TemplateSource): Value;
}

/** The source of a template, and what is known of its stack. */
export interface TemplateSource {
  /** File name, unique in its assembly; part of every reference's key. */
  readonly name: string;
  readonly body: JsonObject;
  /** The file, as it was given. @default - the template is in memory, or came by standard input */
  readonly file?: string;
  /** The file's text, for line numbers. */
  readonly text?: string;
  /** Where each value stands in the text. @default - no place is known */
  readonly places?: () => PlacedNode;
  /** Keys that an object in the file has twice. `body` has the last one. */
  readonly doubledKeys?: readonly DoubledKey[];
  /** Lines of the file with a character that ends the line for some parsers only, where the body depends on it. */
  readonly unsureBreaks?: readonly number[];
  readonly stackName?: string;
  /** Account of the stack, where the app fixed it. */
  readonly account?: string;
  readonly region?: string;
  /** Parameter values fixed by the app. */
  readonly parameters?: { readonly [name: string]: string };
}

/** One synthesized template: its resources, and how its values are read. */
export class Template {
  public readonly name: string;
  public readonly stackName: string;
  /** Members of `Resources` that aren't resources (Fn::ForEach, a missing type). What they create isn't known. */
  public readonly oddities: readonly Unresolved[];
  /** Names of the macros that rewrite the template at deployment. With any macro, nothing here is certain. */
  public readonly transforms: readonly string[];
  /** The parent's resource that creates this nested stack. Set by the assembly. @internal */
  public parent: Resource | undefined;

  private readonly byId = new Map<string, Resource>();
  private present: readonly Resource[] | undefined;
  private lines: TemplateLines | undefined;
  private readonly scope: Scope;
  private readonly cache = new Map<object, Resolved>();

  constructor(
    public readonly source: TemplateSource,
    private readonly neighbours: Neighbours,
  ) {
    this.name = source.name;
    this.stackName = source.stackName ?? source.name.replace(/(\.nested)?(\.template)?\.(json|ya?ml)$/, '');
    this.scope = this.makeScope();
    const oddities: Unresolved[] = [];
    for (const [logicalId, raw] of Object.entries(objectAt(source.body, 'Resources'))) {
      if (isObject(raw) && typeOf(raw) !== undefined) {
        this.byId.set(logicalId, new Resource(this, logicalId, raw));
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

  /** Resources in the order of the file, without those whose condition never holds. */
  public get resources(): readonly Resource[] {
    this.present ??= [...this.byId.values()].filter((resource) => resource.presence !== 'never');
    return this.present;
  }

  /** The resource of that logical id, or undefined. */
  public resource(logicalId: string): Resource | undefined {
    return this.byId.get(logicalId);
  }

  /**
   * Reads a raw template value: every possible value. Never throws, never returns an empty list.
   *
   * @param where the place that unknown values name: `LogicalId.Properties.Name`
   */
  public resolve(raw: JsonValue | undefined, where: string): Resolved {
    if (raw === null || typeof raw !== 'object') return [{ value: scalarValue(raw, where), assuming: NOTHING }];
    const known = this.cache.get(raw);
    if (known !== undefined) return known;
    const resolved = this.decide((choices) => evaluate(raw, this.scope, choices, where), where, raw);
    this.cache.set(raw, resolved);
    return resolved;
  }

  /** Reads a value with decisions taken elsewhere (in a nested stack's parent, in an importing stack). @internal */
  public evaluate(raw: JsonValue | undefined, choices: Choices, where: string): Value {
    return evaluate(raw, this.scope, choices, where);
  }

  /** Whether a named condition holds. @internal */
  public truthOf(condition: string): 'always' | 'never' | 'depends' {
    const truths = this.decide((choices) => conditionHolds(condition, this.scope, choices), condition, condition);
    const values = new Set(truths.map((branch) => branch.value));
    return values.size > 1 || !(values.has(true) || values.has(false))
      ? 'depends'
      : values.has(true)
        ? 'always'
        : 'never';
  }

  /** The template's own metadata. */
  public get metadata(): JsonObject {
    return objectAt(this.source.body, 'Metadata');
  }

  /**
   * Place of a property in the file; of what is around it where the file doesn't have it.
   *
   * @param above the keys above the property. @default - the property is a path from the top
   * @returns undefined without the file's text, or when the keys above aren't there
   */
  public placeOf(property: string, ...above: readonly string[]): Place | undefined {
    const { text, places } = this.source;
    if (text === undefined || places === undefined) return undefined;
    this.lines ??= new TemplateLines(places(), text);
    return this.lines.placeOf(above, property);
  }

  /** Outputs by logical id, raw. */
  public get outputs(): JsonObject {
    return objectAt(this.source.body, 'Outputs');
  }

  /** Evaluates once for each option of every open choice. */
  private decide(evaluation: (choices: Choices) => Value, where: string, raw: JsonValue): Resolved {
    const branches: Branch[] = [];
    const open: Map<string, number>[] = [new Map()];
    let steps = 0;
    for (let taken = open.pop(); taken !== undefined; taken = open.pop()) {
      if (branches.length + open.length + 1 > MAX_BRANCHES || steps > 4 * MAX_BRANCHES) {
        const reason = `more than ${MAX_BRANCHES} possible values`;
        return [{ value: new Unresolved(JSON.stringify(raw).slice(0, 80), where, reason), assuming: [] }];
      }
      steps += 1;
      const choices = new Choices(taken);
      try {
        const value = evaluation(choices);
        branches.push({ value, assuming: choices.assumptions.size === 0 ? NOTHING : [...choices.assumptions] });
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
        const declared = member(parameters, name);
        return isObject(declared) ? this.parameterValue(name, declared) : undefined;
      },
      condition: (name) => member(conditions, name),
      mapping: (name) => {
        const mapping = member(mappings, name);
        return isObject(mapping) ? mapping : undefined;
      },
      resourceType: (logicalId) => {
        const resource = member(types, logicalId);
        return isObject(resource) ? typeOf(resource) : undefined;
      },
      pseudo: (name) => (name === 'AWS::AccountId' ? account : name === 'AWS::Region' ? region : undefined),
      nestedOutput: (logicalId, output, choices, where) => {
        const nested = this.neighbours.nestedTemplate(this.name, logicalId);
        const declared = nested?.outputs[output];
        if (nested === undefined || !isObject(declared)) return undefined;
        return nested.evaluate(declared.Value, choices, `${where} → ${nested.name}`);
      },
      imported: (exportName, choices, where) => this.neighbours.imported(exportName, choices, where, this.source),
    };
  }

  private parameterValue(name: string, declared: JsonObject): ParameterValue {
    const type = typeof declared.Type === 'string' ? declared.Type : 'String';
    const otherwise = this.declaredValue(name, type, declared);
    const given = this.source.parameters?.[name];
    if (type.startsWith('AWS::SSM::Parameter::Value')) {
      return { kind: 'unknown', reason: 'the value is read from Parameter Store at deployment' };
    }
    if (given !== undefined) {
      return { kind: 'given', evaluate: () => typed(type, scalarValue(given, `Parameters.${name}`)), otherwise };
    }
    const { parent } = this;
    if (parent !== undefined) {
      const all = member(parent.properties, 'Parameters');
      if (hasIntrinsic(all)) return { kind: 'unknown', reason: `a function computes the parameters of ${parent.path}` };
      const passed = member(all, name);
      if (passed !== undefined) {
        const passedAt = `${parent.logicalId}.Parameters.${name}`;
        return {
          kind: 'given',
          evaluate: (choices) => typed(type, parent.template.evaluate(passed, choices, passedAt)),
          otherwise,
        };
      }
    }
    return otherwise;
  }

  /** What the template itself tells of a parameter. */
  private declaredValue(name: string, type: string, declared: JsonObject): ParameterValue {
    const where = `Parameters.${name}`;
    const literal = (value: JsonValue): Value => {
      // CloudFormation refuses functions here. One may depend on a condition that depends on this parameter.
      if (isObject(value) ? !Object.hasOwn(value, UNQUOTED) : Array.isArray(value)) {
        return new Unresolved(
          JSON.stringify(value).slice(0, 80),
          where,
          'a parameter has no functions, lists or objects',
        );
      }
      return typed(type, evaluate(value, this.scope, new Choices(), where));
    };
    const allowed = declared.AllowedValues;
    const hidden = isTrue(declared.NoEcho);
    const isChoice = Array.isArray(allowed) && allowed.length > 0;
    if (isChoice && isListType(type) && declared.Default !== undefined) {
      // Each item is one of the allowed values. Every one is seen in every place; not every mix of them.
      const chosen = literal(declared.Default);
      const length = Array.isArray(chosen) ? chosen.length : 1;
      const lists = allowed.map((each) => Array.from({ length }, () => literal(each)).flat());
      return { kind: 'allowed', values: [chosen, ...lists], hidden };
    }
    if (isChoice && !isListType(type)) {
      const values = allowed.map(literal);
      const known = values.find((value) => !(value instanceof Unresolved));
      if (known === undefined)
        return { kind: 'unknown', reason: `its allowed values are not known: ${values.join(', ')}` };
      return { kind: 'allowed', values, hidden };
    }
    if (declared.Default !== undefined) return { kind: 'default', value: literal(declared.Default), hidden };
    return { kind: 'unknown', reason: `parameter ${name} has no default: its value is given at deployment` };
  }
}

/** A name that every object has, such as `constructor`, is no type: a table by types would answer with a function. */
function typeOf({ Type }: { readonly [member: string]: unknown }): string | undefined {
  return typeof Type === 'string' && !(Type in Object.prototype) ? Type : undefined;
}

/** One resource of a template. */
export class Resource {
  public readonly type: string;
  /** Construct path (`Stack/Agent/Vpc/Resource`); the logical id where the template has no construct paths. */
  public readonly path: string;
  /** Raw properties, with intrinsic functions. Use `property` to read one. */
  public readonly properties: JsonObject;
  public readonly metadata: JsonObject;
  /** Name of the condition under which the resource exists. */
  public readonly condition: string | undefined;
  private ownKey: string | undefined;
  private presenceKnown: 'always' | 'never' | 'depends' | undefined;

  constructor(
    public readonly template: Template,
    public readonly logicalId: string,
    /** The resource as the template contains it. */
    public readonly raw: JsonObject,
  ) {
    this.type = String(raw.Type);
    this.properties = objectAt(raw, 'Properties');
    this.metadata = objectAt(raw, 'Metadata');
    const path = this.metadata['aws:cdk:path'];
    this.path = typeof path === 'string' ? path : logicalId;
    this.condition = typeof raw.Condition === 'string' ? raw.Condition : undefined;
  }

  /** Unique in the assembly; the first part of its references' keys. */
  public get key(): string {
    this.ownKey ??= `${this.template.name}#${this.logicalId}`;
    return this.ownKey;
  }

  /** Whether the resource exists: `depends` when its condition depends on something unknown. */
  public get presence(): 'always' | 'never' | 'depends' {
    if (this.presenceKnown === undefined) {
      this.presenceKnown = this.condition === undefined ? 'always' : this.template.truthOf(this.condition);
    }
    return this.presenceKnown;
  }

  /** Line of the resource in its template file, from 1; undefined without the file's text. */
  public get line(): number | undefined {
    return this.placeOf('')?.line;
  }

  /**
   * Place of a property in the template's file; of what is around it where the file doesn't have it.
   *
   * @param property path below the resource: `Properties.Policies[0]`
   * @returns undefined without the file's text
   */
  public placeOf(property: string): Place | undefined {
    const { template, logicalId, path } = this;
    const own = template.placeOf(property, 'Resources', logicalId);
    if (own !== undefined) return own;
    // AWS SAM makes it of the resource that its path names: only the first member is written there under the same name.
    const [madeOf = ''] = /^Properties\.\w+/.exec(property) ?? [];
    return template.placeOf(madeOf, 'Resources', path);
  }

  /**
   * Reads a property: every possible value. An absent property is one branch whose value is `undefined`.
   *
   * @param path `SecurityGroupEgress`, or a path of keys and indexes: `'Policies', 0, 'PolicyDocument'`
   */
  public property(...path: readonly (string | number)[]): Resolved {
    let raw: JsonValue | undefined = this.properties;
    let where = `${this.logicalId}.Properties`;
    for (const [depth, step] of path.entries()) {
      if (depth > 0 && hasIntrinsic(raw)) {
        // The rest of the path is behind an intrinsic function: read it, then look into each branch.
        const rest = path.slice(depth);
        return this.template
          .resolve(raw, where)
          .map((branch) => ({ value: memberOf(branch.value, ...rest), assuming: branch.assuming }));
      }
      raw = member(raw, step);
      where += typeof step === 'number' ? `[${step}]` : `.${step}`;
    }
    return this.template.resolve(raw, where);
  }

  /**
   * The items of a list property, each read by itself: for rules where one item in one branch decides. A single object
   * where a list is expected is one item. A list that isn't known is one `Unresolved` item.
   */
  public items(...path: readonly (string | number)[]): Item[] {
    const where = `${this.logicalId}.Properties.${path.join('.')}`;
    let raw: JsonValue | undefined = this.properties;
    for (const [depth, step] of path.entries()) {
      if (depth > 0 && hasIntrinsic(raw)) raw = undefined;
      raw = member(raw, step);
    }
    // Most resources don't have most lists.
    if (raw === undefined && path.length === 1) return [];
    if (!Array.isArray(raw)) return itemsOf(this.property(...path), (i) => `${where}[${i}]`);
    return raw.flatMap((item, index) => {
      const place = `${where}[${index}]`;
      return itemsOf(this.template.resolve(item, place), () => place);
    });
  }

  /** A place in this resource, below it: `Properties.X[0]` of `LogicalId.Properties.X[0]`. */
  public below(where: string): string {
    return where.startsWith(`${this.logicalId}.`) ? where.slice(this.logicalId.length + 1) : where;
  }

  public toString(): string {
    return this.path;
  }
}

/** An item of a list property, with one of its possible values. */
export interface Item extends Branch {
  /** `LogicalId.Properties.Path[index]` */
  readonly where: string;
}

function itemsOf(branches: Resolved, where: (index: number) => string): Item[] {
  return branches.flatMap(({ value, assuming }) => {
    if (value === undefined) return [];
    const list = Array.isArray(value) ? value : [value];
    return list.map((item, i) => ({ value: item, assuming, where: where(placeInList(value, i)) }));
  });
}

function hasIntrinsic(raw: JsonValue | undefined): boolean {
  return isObject(raw) && Object.keys(raw).some((key) => key.startsWith('Fn::') || key === 'Ref');
}

function member(raw: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (Array.isArray(raw)) return raw[Number(step)];
  return isObject(raw) && Object.hasOwn(raw, String(step)) ? raw[String(step)] : undefined;
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = member(parent, key);
  return isObject(value) ? value : {};
}

function isListType(type: string): boolean {
  return type === 'CommaDelimitedList' || type.startsWith('List<');
}

/** A parameter's value by its type: text of a list type is split at commas. AWS::NoValue stays. */
function typed(type: string, value: Value): Value {
  const isList = isListType(type);
  if (isList && value instanceof Text) return splitAt(',', value.pieces).map(trimmed);
  if (isList && typeof value === 'string') return value.split(',').map((part) => part.trim());
  if (isList && value !== undefined && !Array.isArray(value)) return [value];
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
