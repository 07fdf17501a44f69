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

/** Looks at every place of a template, also at those that no rule reads. Metadata deploys nothing and is left out. */
export function surveyOf(template: Template): Survey {
  const { body } = template.source;
  const surveyor = new Surveyor(new Set([...keysOf(body.Resources), ...keysOf(body.Parameters), ...PSEUDO_PARAMETERS]));
  const resources = isObject(body.Resources) ? (body.Resources as JsonObject) : {};
  for (const [logicalId, resource] of Object.entries(resources)) {
    if (template.resource(logicalId) !== undefined) surveyor.resource(logicalId, resource as JsonObject);
  }
  for (const section of ['Conditions', 'Mappings', 'Outputs']) surveyor.visit(body[section] ?? null, section);
  for (const name of Object.keys(body)) if (hides(name)) surveyor.hidden.push({ property: name, name });
  const mayMakeMore =
    surveyor.hidden.length + template.transforms.length + template.oddities.length > 0 ||
    template.resources.some(({ type }) => type.endsWith('::MODULE'));
  return { hidden: surveyor.hidden, dangling: mayMakeMore ? [] : surveyor.dangling };
}

class Surveyor {
  public readonly hidden: Place[] = [];
  public readonly dangling: Place[] = [];
  private logicalId: string | undefined;

  constructor(private readonly names: ReadonlySet<string>) {}

  public resource(logicalId: string, { Metadata: _metadata, DependsOn: before, ...members }: JsonObject): void {
    this.logicalId = logicalId;
    for (const name of Array.isArray(before) ? before : [before]) {
      if (typeof name === 'string') this.check(name, 'DependsOn');
    }
    this.visit(members, '');
    this.logicalId = undefined;
  }

  public visit(raw: JsonValue, at: string): void {
    if (Array.isArray(raw)) {
      for (const [i, item] of raw.entries()) if (typeof item === 'object') this.visit(item, `${at}[${i}]`);
    } else if (raw !== null && typeof raw === 'object') {
      for (const [key, value] of Object.entries(raw)) this.member(key, value, at);
    }
  }

  private member(key: string, value: JsonValue, at: string): void {
    if (key.startsWith('Fn::') || key === 'Ref') {
      if (hides(key)) {
        this.hidden.push({ logicalId: this.logicalId, property: at, name: key });
        return;
      }
      for (const name of namesIn(key, value)) this.check(name, at);
    }
    if (typeof value === 'object') this.visit(value, at === '' ? key : `${at}.${key}`);
  }

  private check(name: string, property: string): void {
    if (!this.names.has(name)) this.dangling.push({ logicalId: this.logicalId, property, name });
  }
}

function hides(key: string): boolean {
  return key.startsWith('Fn::') && !isKnownFunction(key);
}

/** The resources, parameters and pseudo parameters that a function refers to. */
function namesIn(name: string, argument: JsonValue): readonly string[] {
  const [first, second] = Array.isArray(argument) ? argument : [argument];
  if (typeof first !== 'string') return [];
  if (name === 'Ref') return [first];
  if (name === 'Fn::GetAtt') return [first.split('.')[0] ?? first];
  if (name !== 'Fn::Sub') return [];
  const variables = new Set(keysOf(second));
  const used = [...first.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, variable = '']) => variable.trim());
  return used.filter((variable) => !variables.has(variable)).map((variable) => variable.split('.')[0] ?? variable);
}

function keysOf(value: JsonValue | undefined): string[] {
  return isObject(value) ? Object.keys(value) : [];
}
