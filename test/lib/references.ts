import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Template {
  readonly Resources?: Record<string, { DependsOn?: string | string[] }>;
  readonly Parameters?: object;
  readonly Conditions?: object;
}

/**
 * References of the templates below a folder that name nothing in their own template: CloudFormation refuses these. Reads the
 * files by itself, so that it doesn't believe what is tested.
 */
export function danglingReferences(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.template.json'),
  );
  if (files.length === 0) throw new Error(`${folder} has no template`);
  return files.flatMap((name) => {
    const template = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Template;
    return danglingIn(template).map((what) => `${name}: ${what}`);
  });
}

function danglingIn(template: Template): string[] {
  const resources = new Set(Object.keys(template.Resources ?? {}));
  const names = new Set([...resources, ...Object.keys(template.Parameters ?? {})]);
  const found: string[] = [];
  const expect = (known: ReadonlySet<string>, name: unknown, how: string) => {
    if (typeof name !== 'string' || (!known.has(name) && !name.startsWith('AWS::'))) found.push(`${how} ${name}`);
  };
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) walk(item);
      return;
    }
    for (const [key, member] of Object.entries(value)) {
      if (key === 'Ref') expect(names, member, 'Ref');
      else if (key === 'Fn::GetAtt') expect(resources, [member].flat()[0].split('.')[0], 'Fn::GetAtt');
      else if (key === 'Fn::Sub') expectInText(member);
      walk(member);
    }
  };
  const expectInText = (member: unknown): void => {
    const [text, given] = Array.isArray(member) ? member : [member, {}];
    for (const [, name = ''] of String(text).matchAll(/\$\{([^!}]+)\}/g)) {
      if (!(name in given)) expect(names, name.split('.')[0], 'Fn::Sub');
    }
  };
  walk(template);
  for (const { DependsOn = [] } of Object.values(template.Resources ?? {})) {
    for (const name of [DependsOn].flat()) expect(resources, name, 'DependsOn');
  }
  return found;
}
