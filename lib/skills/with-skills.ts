import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Manifest } from '../../runtime/core/contracts';
import type { Tool } from '../connectors/connector';
import { SKILLS_KEY } from '../private/metadata-keys';
import type { Skill } from './skill';

/**
 * The manifest with the skills that the gate serves. The template names them, for `prove`: their texts are in the asset.
 * @param allowed the tools that a policy allows
 * @internal
 */
export function withSkills(
  manifest: Manifest,
  given: readonly Skill[],
  allowed: readonly Tool[],
  gate: lambda.Function,
): Manifest {
  if (given.length === 0) return manifest;
  const runners = new Map(
    allowed.flatMap(({ toolName, _operation }): [string, string][] => {
      const script = _operation.code?.script;
      return script === undefined ? [] : [[script.sha256, toolName]];
    }),
  );
  const skills = given.map((skill) => skill._manifest(runners));
  (gate.node.defaultChild as lambda.CfnFunction).addMetadata(
    SKILLS_KEY,
    skills.map(({ name, pin, tools, scripts }) => ({ name, pin, tools, scripts })),
  );
  return { ...manifest, skills };
}
