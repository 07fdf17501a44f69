import { type Assembly, type Resource, surveyOf, type Template } from '../../../template';
import type { Offence, Rule } from '../../rule';

/** The rules report the parts of a template that they can't read. */
export const readable: Rule = {
  id: 'TemplateReadable',
  pillar: 'template',
  severity: 'error',
  holds:
    'The template shows everything that is deployed: no macro, no loop, no key twice, no character that ends a line for some parsers only, no reference to something that isn’t there, and no nested template outside the app. AWS SAM is a warning where it makes no permissions that the template doesn’t tell.',
  source:
    'CloudFormation User Guide, "Perform custom processing on CloudFormation templates with template macros" and "CloudFormation template format"',
  fix: 'Write each resource into the template, once, and keep nested stacks in the same app (NestedStack), or in a file beside the template, so that the rules can read them.',
  lists: ['NIST SP 800-53 CM-3'],
  insecure: `Transform: CompanyMacro
Resources:
  Bucket: { Type: AWS::S3::Bucket }
`,
  secure: `Resources:
  Bucket: { Type: AWS::S3::Bucket }
`,
  *check(assembly) {
    for (const template of assembly.templates) yield* templateOffences(template);
    for (const resource of assembly.resources) yield* resourceOffences(assembly, resource);
  },
};

const SAM = 'AWS::Serverless-2016-10-31';

const LESS = { severity: 'warning' } as const;

/** Types of SAM that make nothing that may do more than the template says. Functions, state machines and applications are read as what they become. */
const PLAIN = /^AWS::Serverless::(Api|GraphQLApi|HttpApi|LayerVersion|SimpleTable)$/;

/** Whether what a transform makes is known, except for its events and defaults. */
function isRead(template: Template, transform: string): boolean {
  return (
    transform === SAM &&
    template.resources.every(({ type }) => !type.startsWith('AWS::Serverless::') || PLAIN.test(type))
  );
}

function* templateOffences(template: Template): Generator<Offence> {
  for (const name of template.transforms) {
    const message = `can't be proven: ${name} rewrites the template at deployment`;
    yield { resource: template, property: 'Transform', message, detail: name, ...(isRead(template, name) && LESS) };
  }
  for (const { expression, reason } of template.oddities) {
    const message = `can't be proven: ${expression} is ${reason}`;
    yield { resource: template, property: `Resources.${expression}`, message, detail: expression };
  }
  for (const { key, line, respelled } of template.source.doubledKeys ?? []) {
    const message =
      respelled === undefined
        ? `can't be proven: the key ${key} is written twice. The rules judge the last one`
        : `can't be proven: ${respelled} and ${key} without quotes may be one key, of which one value is deployed`;
    yield { resource: template, property: `line ${line}`, message, detail: key };
  }
  for (const line of template.source.unsureBreaks ?? []) {
    const message = `can't be proven: for some parsers a character in it (U+0085, U+2028 or U+2029) ends the line. Remove it`;
    yield { resource: template, property: `line ${line}`, message };
  }
  const { hidden, dangling } = surveyOf(template);
  for (const { logicalId, property, name } of hidden) {
    const message = `can't be proven: ${name} makes or changes something that isn't in the template`;
    yield { resource: resourceOf(template, logicalId), property, message };
  }
  for (const { logicalId, property, name } of dangling) {
    const message = `refers to ${name}, which the template doesn't contain`;
    yield { resource: resourceOf(template, logicalId), property, message };
  }
}

function resourceOf(template: Template, logicalId: string | undefined): Resource | Template {
  return (logicalId === undefined ? undefined : template.resource(logicalId)) ?? template;
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
}
