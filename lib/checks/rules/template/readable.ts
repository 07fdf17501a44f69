import type { Assembly, Resource, Template } from '../../../template';
import type { Offence, Rule } from '../../rule';

/** The rules report the parts of a template that they can't read. */
export const readable: Rule = {
  id: 'TemplateReadable',
  pillar: 'template',
  severity: 'error',
  holds: 'The template shows everything that is deployed: no macro, no loop, and no nested template outside the app.',
  source: 'CloudFormation User Guide, "Perform custom processing on CloudFormation templates with template macros"',
  fix: 'Write each resource into the template, and keep nested stacks in the same app (NestedStack), so that the rules can read them.',
  *check(assembly) {
    for (const template of assembly.templates) yield* templateOffences(template);
    for (const resource of assembly.resources) yield* resourceOffences(assembly, resource);
  },
};

function* templateOffences(template: Template): Generator<Offence> {
  for (const name of template.transforms) {
    const message = `can't be proven: ${name} rewrites the template at deployment`;
    yield { resource: template, property: 'Transform', message, detail: name };
  }
  for (const { expression, reason } of template.oddities) {
    const message = `can't be proven: ${expression} is ${reason}`;
    yield { resource: template, property: `Resources.${expression}`, message, detail: expression };
  }
}

function* resourceOffences(assembly: Assembly, resource: Resource): Generator<Offence> {
  const { type } = resource;
  if (type.endsWith('::MODULE') || type === 'AWS::CloudFormation::StackSet') {
    const message = `can't be proven: what a ${type} creates isn't in the template`;
    yield { resource, property: 'Type', message };
  }
  if (type === 'AWS::CloudFormation::Stack' && assembly.nestedTemplateOf(resource) === undefined) {
    const message = "can't be proven: the nested template isn't in the app";
    yield { resource, property: 'Properties.TemplateURL', message };
  }
  for (const member of Object.keys(resource.properties)) {
    if (!member.startsWith('Fn::')) continue;
    yield { resource, property: `Properties.${member}`, message: `can't be proven: ${member} computes the properties` };
  }
}
