import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentStack } from '../agent-stack';

/** A JSON file in the asset of the function whose logical id starts so. */
export function staged<T>(made: AgentStack, functionId: string, file: string): T {
  const assembly = made.app.synth();
  const artifact = assembly.getStackByName('Stack');
  const resources = artifact.template.Resources as Record<
    string,
    { Type: string; Metadata?: Record<string, string>; Properties: { Code?: { S3Key?: string } } }
  >;
  const found = Object.entries(resources).find(
    ([id, each]) => id.startsWith(functionId) && each.Type === 'AWS::Lambda::Function',
  );
  const key = found?.[1].Properties.Code?.S3Key?.replace('.zip', '') ?? 'none';
  return JSON.parse(readFileSync(path.join(assembly.directory, `asset.${key}`, file), 'utf8')) as T;
}
