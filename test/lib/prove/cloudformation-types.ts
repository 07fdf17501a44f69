import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';

/** A resource type of CloudFormation, and the places of a resource at which a text may stand, each with how a text is put there. */
export interface CloudFormationType {
  readonly name: string;
  readonly places: readonly TextPlace[];
}

export interface TextPlace {
  /** `Targets.Arn`. */
  readonly at: string;
  readonly properties: (text: JsonValue) => JsonObject;
}

/** How a member is written: by a function of aws-cdk-lib, maybe for each item of a list or map. */
interface Member {
  readonly name: string;
  readonly by: string;
  readonly wrap: (value: JsonValue) => JsonValue;
}

/** Deeper members only repeat what is above: conditions in conditions. */
const DEEPEST = 5;

/**
 * Every type that aws-cdk-lib offers, with its own property names. They are read from the functions that write a resource's properties
 * into a template, because only these have the names as CloudFormation spells them.
 */
export function cloudFormationTypes(): CloudFormationType[] {
  const root = path.dirname(require.resolve('aws-cdk-lib/package.json'));
  const modules = readdirSync(root).filter((name) => /^(aws|alexa)-/.test(name));
  const found = new Map<string, CloudFormationType>();
  for (const module of modules) {
    const folder = path.join(root, module, 'lib');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.generated.js'))) {
      const text = readFileSync(path.join(folder, file), 'utf8');
      const writers = writersIn(text);
      for (const [, construct = '', name = ''] of text.matchAll(
        /\.(Cfn\w+)",version:"[^"]*"\};static CFN_RESOURCE_TYPE_NAME="([\w:]+)"/g,
      )) {
        found.set(name, {
          name,
          places: [...placesOf(writers, `convert${construct}PropsToCloudFormation`, '', (v) => v, [])],
        });
      }
    }
  }
  return [...found.values()].filter(({ name }) => name.split('::').length === 3);
}

/** The members that each function writes. */
function writersIn(text: string): ReadonlyMap<string, readonly Member[]> {
  const functions = text.matchAll(
    /function (convertCfn\w+ToCloudFormation)\(properties\)\{return cdk\(\)\.canInspect\(properties\)\?\(\w+\(properties\)\.assertSuccess\(\),\{(.*?)\}\):properties\}/g,
  );
  return new Map(
    [...functions].map(([, name = '', members = '']) => [
      name,
      [...members.matchAll(/"?([\w.-]+)"?:((?:cdk\(\)\.)?\w+)(.*?)\(properties\.\w+\)/g)].map(
        ([, member = '', by = '', rest = '']): Member => {
          const inner = /\((?:\[.*\],\[)?((?:cdk\(\)\.)?\w+)/.exec(rest)?.[1] ?? by;
          if (by.endsWith('listMapper')) return { name: member, by: inner, wrap: (value) => [value] };
          if (by.endsWith('hashMapper')) return { name: member, by: inner, wrap: (Key) => ({ Key }) };
          return { name: member, by: inner, wrap: (value) => value };
        },
      ),
    ]),
  );
}

function* placesOf(
  writers: ReadonlyMap<string, readonly Member[]>,
  writer: string,
  at: string,
  around: (value: JsonValue) => JsonValue,
  above: readonly string[],
): Generator<TextPlace> {
  if (above.length > DEEPEST || above.includes(writer)) return;
  for (const { name, by, wrap } of writers.get(writer) ?? []) {
    const path = at === '' ? name : `${at}.${name}`;
    const placed = (value: JsonValue): JsonValue => around({ [name]: wrap(value) });
    if (by.endsWith('stringToCloudFormation')) yield { at: path, properties: (text) => placed(text) as JsonObject };
    // A document of any form: a policy, a definition.
    else if (by.endsWith('objectToCloudFormation'))
      yield { at: path, properties: (text) => placed({ Any: text }) as JsonObject };
    else yield* placesOf(writers, by, path, placed, [...above, writer]);
  }
}
