import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { EmulatorChange } from './change';
import { rewriteTemplate } from './rewrite-template';
import { type Json, type JsonRecord, recordOf, type Template } from './template';

/** What a synthesizer asks for beyond plain credentials: the emulator refuses its roles the asset bucket. */
const ROLE_PROPERTIES = [
  'assumeRoleArn',
  'assumeRoleExternalId',
  'assumeRoleAdditionalOptions',
  'cloudFormationExecutionRoleArn',
  'lookupRole',
  'requiresBootstrapStackVersion',
  'bootstrapStackVersionSsmParameter',
];

/** A stack of a rewritten assembly. */
export interface RewrittenStack {
  readonly stackName: string;
  readonly template: Template;
}

/**
 * Rewrites a cloud assembly in place: every stack's template for the emulator, and the manifests so that the CDK CLI
 * deploys with plain credentials whatever synthesizer the app uses.
 */
export function rewriteAssembly(
  directory: string,
  supportedTypes: ReadonlySet<string>,
): { stacks: RewrittenStack[]; changes: EmulatorChange[] } {
  const stacks: RewrittenStack[] = [];
  const changes: EmulatorChange[] = [];
  const manifestFile = path.join(directory, 'manifest.json');
  const manifest = readRecord(manifestFile);

  for (const [artifactId, node] of Object.entries(recordOf(manifest.artifacts))) {
    const artifact = recordOf(node);
    const properties = recordOf(artifact.properties);
    if (artifact.type === 'cdk:cloud-assembly') {
      const nested = rewriteAssembly(path.join(directory, String(properties.directoryName)), supportedTypes);
      stacks.push(...nested.stacks);
      changes.push(...nested.changes);
    }
    if (artifact.type === 'aws:cloudformation:stack') {
      const templateFile = String(properties.templateFile);
      const synthesized = readRecord(path.join(directory, templateFile)) as Template;
      const rewritten = rewriteTemplate(synthesized, supportedTypes);
      const text = JSON.stringify(rewritten.template, undefined, 1);
      fs.writeFileSync(path.join(directory, templateFile), text);
      renameTemplateAsset(directory, templateFile, text, properties);
      changes.push(...rewritten.changes);
      stacks.push({ stackName: String(properties.stackName ?? artifactId), template: rewritten.template });
      changes.push({
        kind: 'patched',
        what: "deployed with plain credentials: the emulator refuses the synthesizer's roles the asset bucket",
        where: String(properties.stackName ?? artifactId),
      });
    }
    if (artifact.type === 'cdk:asset-manifest') {
      const file = path.join(directory, String(properties.file));
      fs.writeFileSync(file, JSON.stringify(withoutRoles(readRecord(file))));
    }
    if (artifact.properties !== undefined) {
      artifact.properties = withoutRoles(properties);
    }
  }
  fs.writeFileSync(manifestFile, JSON.stringify(manifest));
  return { stacks, changes };
}

/** The template's key in the asset bucket follows its content, or a second deployment would take the first's. */
function renameTemplateAsset(directory: string, templateFile: string, text: string, properties: JsonRecord): void {
  const name = `${createHash('sha256').update(text).digest('hex')}.json`;
  const url = properties.stackTemplateAssetObjectUrl;
  const assetsFile = path.join(directory, templateFile.replace(/\.template\.json$/, '.assets.json'));
  if (typeof url !== 'string' || !fs.existsSync(assetsFile)) {
    return;
  }
  const oldName = url.slice(url.lastIndexOf('/') + 1);
  properties.stackTemplateAssetObjectUrl = `${url.slice(0, -oldName.length)}${name}`;
  fs.writeFileSync(assetsFile, fs.readFileSync(assetsFile, 'utf8').replaceAll(oldName, name));
}

function withoutRoles(node: Json): Json {
  if (Array.isArray(node)) {
    return node.map(withoutRoles);
  }
  if (typeof node === 'object' && node !== null) {
    const kept = Object.entries(node).filter(([key]) => !ROLE_PROPERTIES.includes(key));
    return Object.fromEntries(kept.map(([key, child]) => [key, withoutRoles(child)]));
  }
  return node;
}

function readRecord(file: string): JsonRecord {
  return recordOf(JSON.parse(fs.readFileSync(file, 'utf8')) as Json);
}
