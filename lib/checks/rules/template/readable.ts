import type { Rule } from '../../rule';

/** What the rules can't see through is said, not skipped. */
export const readable: Rule = {
  id: 'TemplateReadable',
  pillar: 'template',
  severity: 'error',
  holds: 'What is deployed is what the template says: no macro, no loop, no nested template from elsewhere.',
  source: 'CloudFormation User Guide, "Perform custom processing on CloudFormation templates with template macros"',
  fix: 'Write the resources out, and keep nested stacks in the same app (NestedStack), so that the rules can read them.',
  *check(assembly) {
    for (const template of assembly.templates) {
      for (const name of template.transforms) {
        const message = `can't be proven: ${name} rewrites the template at deployment`;
        yield { resource: template, property: 'Transform', message, detail: name };
      }
      for (const oddity of template.oddities) {
        const message = `can't be proven: ${oddity.expression} is ${oddity.reason}`;
        yield { resource: template, property: `Resources.${oddity.expression}`, message, detail: oddity.expression };
      }
    }
    for (const resource of assembly.resources) {
      if (resource.type.endsWith('::MODULE') || resource.type === 'AWS::CloudFormation::StackSet') {
        yield {
          resource,
          property: 'Type',
          message: `can't be proven: what a ${resource.type} makes isn't in the template`,
        };
      }
      if (resource.type === 'AWS::CloudFormation::Stack' && assembly.nestedTemplateOf(resource) === undefined) {
        yield {
          resource,
          property: 'Properties.TemplateURL',
          message: "can't be proven: the nested template isn't in the app",
        };
      }
      for (const member of Object.keys(resource.properties)) {
        if (!member.startsWith('Fn::')) continue;
        yield {
          resource,
          property: `Properties.${member}`,
          message: `can't be proven: ${member} makes the properties`,
        };
      }
    }
  },
};
