import type { DeclaredIds, JsonValue, Manifest, TargetManifest, ToolManifest } from '../../runtime/core/contracts';
import { parseStrict } from '../../runtime/core/json/parse-strict';
import { lintIds } from '../../runtime/core/targets/derived-ids';
import { nounOf } from '../../runtime/core/targets/ids';
import { type ApprovedTarget, approvedOften } from './approved-targets';
import { type Candidate, withTool } from './declaration';
import { targetText, withTarget } from './propose-kinds';

interface FoundId extends ApprovedTarget {
  readonly read: string;
  /** JSON pointer into the result of the read. */
  readonly at: string;
}

/** Proposes the fields of earlier reads that held the targets which people approved. */
export function proposeIds(approved: readonly ApprovedTarget[], manifest: Manifest): Candidate[] {
  const found = approved.flatMap(foundIds);
  const places = ({ tried, target, read, at }: FoundId) => [tried.tool.name, target.pointer, read, at].join('\n');
  return approvedOften(found, places).flatMap(([first]) => {
    const read = manifest.tools.find(({ name }) => name === first?.read);
    return first && read ? candidateFor(first, read, manifest) : [];
  });
}

function candidateFor({ tried, target, at }: FoundId, read: ToolManifest, manifest: Manifest): Candidate[] {
  const of = target.of ?? nounOf(target.pointer);
  const ids: DeclaredIds[] = [...(read.ids ?? []), { of, at }];
  // Synthesis would refuse it.
  if (lintIds({ ...read, ids }) !== undefined) return [];
  const takesIds = target.of !== undefined || target.kind === 'id';
  const taking: TargetManifest = takesIds ? target : { ...target, of };
  const tool = tried.tool.name;
  const declared = withTool(manifest, read.name, (each) => ({ ...each, ids }));
  return [
    {
      tool,
      what: 'ids',
      write: [
        `addTool(${JSON.stringify(read.name)}, { ids: [{ of: ${JSON.stringify(of)}, at: ${JSON.stringify(at)} }] })`,
        ...(takesIds ? [] : [`addTool(${JSON.stringify(tool)}, { targets: [${targetText(taking)}] })`]),
      ],
      manifest: withTarget(declared, tool, taking),
    },
  ];
}

/** Where the value stands in results that the session had before. */
function foundIds(target: ApprovedTarget): FoundId[] {
  return target.tried.results.flatMap(({ tool: read, content }) => {
    const parsed = parseStrict(content);
    if (!parsed.ok) return [];
    const places = new Set(placesOf(target.value, parsed.value, ''));
    return [...places].map((at) => ({ ...target, read, at }));
  });
}

/** Names of fields that may stand in a proposal. Others may be chosen by whoever wrote the result. */
const FIELD = /^[A-Za-z_][\w.-]{0,63}$/;

function* placesOf(wanted: string, value: JsonValue, at: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const element of value) yield* placesOf(wanted, element, `${at}/*`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      if (FIELD.test(name)) yield* placesOf(wanted, inner, `${at}/${name}`);
    }
  } else if (at !== '' && (typeof value === 'string' || typeof value === 'number') && String(value) === wanted)
    yield at;
}
