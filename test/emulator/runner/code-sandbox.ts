import * as path from 'node:path';
import type { EmulatorChange } from './change';
import { placeOf, recordOf, type Template, type TemplateResource } from './template';

/** The bundle that the image has as its handler. The emulator's functions run on this machine, so they find it here. */
const HANDLER = path.join(__dirname, '../../../runtime-bundles/code-sandbox-run/index.js');

/**
 * A code sandbox without Docker: the handler of its image, with the interpreters of this machine. What the image adds (packages) and
 * what Lambda does (a microVM for each tenant) isn't there.
 */
export function runCodeSandboxesHere(template: Template, changes: EmulatorChange[]): Template {
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => {
    if (!isCodeSandbox(resource)) return [logicalId, resource];
    changes.push({
      kind: 'patched',
      what: 'no Docker there: the handler of the code sandbox’s image runs on this machine, for all sessions in one place',
      where: placeOf(logicalId, resource),
    });
    const { PackageType, ImageConfig, TenancyConfig, ...rest } = recordOf(resource.Properties);
    const Code = { ZipFile: `exports.handler = require(${JSON.stringify(HANDLER)}).handler;` };
    return [logicalId, { ...resource, Properties: { ...rest, Code, Runtime: 'nodejs22.x', Handler: 'index.handler' } }];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

function isCodeSandbox({ Type, Properties }: TemplateResource): boolean {
  const { Code, Environment } = recordOf(Properties);
  const isImage = recordOf(Code).ImageUri !== undefined;
  return Type === 'AWS::Lambda::Function' && isImage && recordOf(recordOf(Environment).Variables).CODE_SANDBOX === '1';
}
