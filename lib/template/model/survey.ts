import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { isKnownFunction } from './intrinsics';
import { PSEUDO_PARAMETERS } from './references';
import type { Template } from './template';
import { isObject } from './value';

/** A place in a template. */
export interface Place {
  /** Absent outside the resources. */
  readonly logicalId?: string;
  /** Path below the resource: `Properties.Policies[0]`. Outside the resources below the template: `Outputs.Url.Value`. */
  readonly property: string;
  /** The function, or the name that is referred to. */
  readonly name: string;
}

/** What the rules can't read in a template. */
export interface Survey {
  /** Macros, loops, and functions that this reader doesn't know. What they make isn't in the template. */
  readonly hidden: readonly Place[];
  /** References to names that the template doesn't contain. Empty where a macro or a module may make them. */
  readonly dangling: readonly Place[];
}

/** What is deployed beside resources, or decides what is. `Rules` only refuse parameters, with functions of their own. */
const SECTIONS = ['Conditions', 'Globals', 'Hooks', 'Mappings', 'Outputs', 'Parameters'];

/** Looks at every place of a template, also at those that no rule reads. Metadata deploys nothing and is left out. */
export function surveyOf(template: Template): Survey {
  const { body } = template.source;
  const surveyor = new Surveyor(
    new Set([...keysOf(body.Resources), ...keysOf(body.Parameters), ...PSEUDO_PARAMETERS]),
    new Set(keysOf(body.Conditions)),
  );
  const resources = isObject(body.Resources) ? (body.Resources as JsonObject) : {};
  for (const [logicalId, resource] of Object.entries(resources)) {
    if (template.resource(logicalId) !== undefined) surveyor.resource(logicalId, resource as JsonObject);
  }
  for (const section of SECTIONS) surveyor.visit(body[section], section);
  surveyor.conditionsIn(body.Conditions, 'Conditions');
  surveyor.conditionsIn(body.Outputs, 'Outputs');
  for (const name of Object.keys(body)) if (hides(name)) surveyor.hidden.push({ property: name, name });
  const mayMakeMore =
    surveyor.hidden.length + template.transforms.length + template.oddities.length > 0 ||
    template.resources.some(({ type }) => type.endsWith('::MODULE'));
  return { hidden: surveyor.hidden, dangling: mayMakeMore ? [] : surveyor.dangling };
}

class Surveyor {
  public readonly hidden: Place[] = [];
  public readonly dangling: Place[] = [];

  constructor(
    private readonly names: ReadonlySet<string>,
    private readonly conditions: ReadonlySet<string>,
  ) {}

  public resource(logicalId: string, { Metadata: _, DependsOn: before = [], ...members }: JsonObject): void {
    for (const name of Array.isArray(before) ? before : [before]) {
      if (typeof name === 'string' && !this.names.has(name)) {
        this.dangling.push({ logicalId, property: 'DependsOn', name });
      }
    }
    this.condition(members.Condition, 'Condition', logicalId);
    this.visit(members, '', logicalId);
  }

  /** @param property path of the value */
  public visit(raw: JsonValue | undefined, property: string, logicalId?: string): void {
    if (raw === null || typeof raw !== 'object' || this.isPlain(raw)) return;
    if (Array.isArray(raw)) {
      for (const [i, item] of raw.entries()) this.visit(item, `${property}[${i}]`, logicalId);
      return;
    }
    for (const [key, value] of Object.entries(raw)) {
      if (hides(key)) {
        this.hidden.push({ logicalId, property, name: key });
        continue;
      }
      for (const name of this.missingIn(key, value)) this.dangling.push({ logicalId, property, name });
      this.visit(value, property === '' ? key : `${property}.${key}`, logicalId);
    }
  }

  /** Members `Condition` of a section in which each names one. Elsewhere it is an ordinary member. */
  public conditionsIn(raw: JsonValue | undefined, property: string): void {
    if (raw === null || typeof raw !== 'object') return;
    if (Array.isArray(raw)) {
      for (const [i, item] of raw.entries()) this.conditionsIn(item, `${property}[${i}]`);
      return;
    }
    for (const [key, value] of Object.entries(raw)) {
      if (key === 'Condition') this.condition(value, property);
      else this.conditionsIn(value, `${property}.${key}`);
    }
  }

  private condition(name: JsonValue | undefined, property: string, logicalId?: string): void {
    if (typeof name === 'string' && !this.conditions.has(name)) this.dangling.push({ logicalId, property, name });
  }

  /** Names in a function that the template doesn't have. */
  private missingIn(key: string, argument: JsonValue): readonly string[] {
    if (key !== 'Fn::If') return namesIn(key, argument).filter((name) => !this.names.has(name));
    const [condition] = Array.isArray(argument) ? argument : [];
    return typeof condition === 'string' && !this.conditions.has(condition) ? [condition] : [];
  }

  /** Most values are plain. This finds out without writing paths, which would take several times as long. */
  private isPlain(raw: JsonValue): boolean {
    if (raw === null || typeof raw !== 'object') return true;
    if (Array.isArray(raw)) {
      for (const item of raw) if (!this.isPlain(item)) return false;
      return true;
    }
    for (const key in raw) if (!this.isPlainMember(key, raw[key] ?? null)) return false;
    return true;
  }

  private isPlainMember(key: string, value: JsonValue): boolean {
    if (key !== 'Ref' && !key.startsWith('Fn::')) return typeof value !== 'object' || this.isPlain(value);
    if (key === 'Ref' && typeof value === 'string') return this.names.has(value);
    return !hides(key) && this.missingIn(key, value).length === 0 && this.isPlain(value);
  }
}

function hides(key: string): boolean {
  return key.startsWith('Fn::') && !isKnownFunction(key);
}

/** The resources, parameters and pseudo parameters that a function refers to. */
function namesIn(key: string, argument: JsonValue): readonly string[] {
  if (key === 'Ref') return typeof argument === 'string' ? [argument] : [];
  if (key !== 'Fn::GetAtt' && key !== 'Fn::Sub') return [];
  const [first, second] = Array.isArray(argument) ? argument : [argument];
  if (typeof first !== 'string') return [];
  if (key === 'Fn::GetAtt') return [beforeDot(first)];
  const own = new Set(keysOf(second));
  const used = [...first.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, variable = '']) => variable.trim());
  return used.filter((variable) => !own.has(variable)).map(beforeDot);
}

/** The logical id in `LogicalId.Attribute`. */
function beforeDot(name: string): string {
  return name.includes('.') ? name.slice(0, name.indexOf('.')) : name;
}

function keysOf(value: JsonValue | undefined): string[] {
  return isObject(value) ? Object.keys(value) : [];
}
