import { stringify } from 'yaml';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { GUARDED_APPS, type GuardedApp } from '../../guard/apps';
import { templatesOf } from '../../guard/templates';
import { changeText } from './change-text';
import { mutate } from './mutate';
import { Random } from './random';
import { partsOf, sliceOf } from './slice';
import { surroundings, Values } from './values';
import { vocabularyOfSources } from './vocabulary';

/** Makes the templates of one run. */
export class Cases {
  public readonly wholes: readonly JsonObject[];
  private readonly words = vocabularyOfSources();
  private readonly values: Values;

  constructor() {
    this.wholes = Object.keys(GUARDED_APPS).flatMap((app) => templatesOf(app as GuardedApp) as JsonObject[]);
    const parts = this.wholes.flatMap((template) => [...partsOf(template.Resources as JsonObject)]);
    // The shorter ones: a whole resource as the value of one member is one kind of mistake among many.
    this.values = new Values(
      this.words,
      parts.filter((part) => JSON.stringify(part).length < 1500),
    );
  }

  /** Some resources of a guarded template, changed in a few places. */
  public slice(number: number): JsonObject {
    const random = new Random(number);
    const resources = sliceOf(random, random.pick(this.wholes).Resources as JsonObject);
    return this.changed(random, { ...surroundings(random), Resources: resources });
  }

  /** Resources that nobody wrote, of types and members that the judges look for. */
  public invented(number: number): JsonObject {
    const random = new Random(number);
    const ids = Array.from({ length: 1 + random.below(7) }, (_, i) => `R${i}`);
    const resources = ids.map((id): [string, JsonValue] => [
      id,
      { Type: random.pick(this.words.types), Properties: this.values.object(random, ids, 4) },
    ]);
    const body = { ...surroundings(random), Resources: Object.fromEntries(resources) };
    return random.chance(0.3) ? this.changed(random, body) : body;
  }

  /** A whole guarded template, changed in a few places. */
  public whole(number: number): JsonObject {
    const random = new Random(number);
    return this.changed(random, structuredClone(random.pick(this.wholes)));
  }

  /** The text of some resources as YAML or JSON, changed in a few places. */
  public text(number: number): string {
    const random = new Random(number);
    const Resources = sliceOf(random, random.pick(this.wholes).Resources as JsonObject);
    const body = { AWSTemplateFormatVersion: '2010-09-09', ...surroundings(random), Resources };
    const isYaml = random.chance(0.8);
    // Short tags are what people write.
    const text = isYaml ? withShortTags(stringify(body)) : JSON.stringify(body, null, 2);
    return changeText(random, text);
  }

  private changed(random: Random, body: JsonObject): JsonObject {
    const ids = Object.keys(body.Resources as JsonObject);
    for (let i = 1 + random.below(6); i > 0; i -= 1) {
      // Mostly inside a resource; sometimes the template's own members.
      const resources = body.Resources;
      const isObject = typeof resources === 'object' && resources !== null && Object.keys(resources).length > 0;
      mutate(random, isObject && random.chance(0.95) ? (resources as JsonObject) : body, this.values, ids);
      if (Object.keys(body).length === 0) break;
    }
    return body;
  }
}

function withShortTags(yaml: string): string {
  return yaml
    .replaceAll(/(: |- )\n?\s*(Ref|Condition): (\w[\w:]*)$/gm, '$1!$2 $3')
    .replaceAll(/\n\s+Fn::(\w+):/g, ' !$1');
}
