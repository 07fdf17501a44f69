import { DOUBTS_KEY } from '../../private/metadata-keys';
import { type Assembly, isObject, listOf, type Resource, type Value } from '../../template/index';

/** A doubt about declarations, as their construct wrote it into the template. */
export interface Doubt {
  readonly resource: Resource;
  /** Path below the resource. */
  readonly property: string;
  /** Names of the tools; undefined where the entry can't be read. */
  readonly tools: readonly string[] | undefined;
}

/** The doubts of one kind. An entry whose kind or tools can't be read is one of each kind. */
export function doubtsOf(assembly: Assembly, kind: string): readonly Doubt[] {
  return assembly.resources.flatMap((resource) => {
    const told: Value = resource.metadata[DOUBTS_KEY];
    return listOf(told).flatMap((entry, i): Doubt[] => {
      const { doubt, tools } = isObject(entry) ? entry : {};
      if (typeof doubt === 'string' && doubt !== kind) return [];
      const names = Array.isArray(tools) && tools.every((tool) => typeof tool === 'string') ? tools : undefined;
      const property = `Metadata.${DOUBTS_KEY}[${i}]`;
      return [{ resource, property, tools: typeof doubt === 'string' ? names : undefined }];
    });
  });
}

/** What is said of a doubt: about its tools, or that they can't be read. */
export function saidOf({ tools }: Doubt, say: (tools: string) => string): string {
  return tools === undefined ? "can't be proven: what is declared here isn't readable" : say(tools.join(', '));
}
