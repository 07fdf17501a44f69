import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import type { Choices } from './choices';
import { decodeText } from './decode-text';
import { withServerlessResources } from './serverless';
import { type Resource, Template, type TemplateSource } from './template';
import { parseTemplate, type YamlParser } from './template-text';
import { describe, isObject, keyOf, type Reference, type Value } from './value';

/** Options for reading an assembly from disk. */
export interface LoadOptions {
  /**
   * Parses a YAML template with CloudFormation's short tags (`parseYaml` of `lib/template/model/yaml`).
   *
   * @default only JSON templates can be read
   */
  readonly parseYaml?: YamlParser;

  /**
   * Whether no object in the stacks' own files has a key twice: the CDK writes them with JSON.stringify.
   *
   * @default false - each file is searched for such keys
   */
  readonly keysAreUnique?: boolean;
}

/** Every template of an app, nested stacks included, and the references between them. */
export class Assembly {
  public readonly templates: readonly Template[];
  private readonly nested = new Map<string, Template>();
  private readonly byName: ReadonlyMap<string, Template>;
  private readonly byType = new Map<string, Resource[]>();
  private exports: ReadonlyMap<string, readonly Export[]> | undefined;

  private constructor(sources: readonly TemplateSource[], nesting: readonly Nesting[]) {
    this.templates = sources.map((source) => new Template(source, this));
    this.byName = new Map(this.templates.map((template) => [template.name, template]));
    for (const { parent, logicalId, child } of nesting) {
      const template = this.byName.get(child);
      const resource = this.byName.get(parent)?.resource(logicalId);
      if (template === undefined || resource === undefined) continue;
      template.parent = resource;
      this.nested.set(`${parent}#${logicalId}`, template);
    }
    for (const resource of this.resources) {
      const list = this.byType.get(resource.type);
      if (list === undefined) this.byType.set(resource.type, [resource]);
      else list.push(resource);
    }
  }

  /**
   * Reads a cloud assembly (a `cdk.out` folder, nested assemblies and nested stacks included) or one template file.
   *
   * @throws Error naming the file when it can't be read or isn't a template
   */
  public static load(path: string, options: LoadOptions = {}): Assembly {
    return Assembly.loadAll([path], options);
  }

  /**
   * Reads several cloud assemblies and template files as one, so that references between them are known. The templates'
   * names are relative to the folder that contains them all.
   *
   * @throws Error naming the file when it can't be read or isn't a template
   */
  public static loadAll(paths: readonly [string, ...string[]], options: LoadOptions = {}): Assembly {
    const root = commonFolder(paths.map((path) => (isFolder(path) ? path : dirname(path))));
    const stacks = paths.flatMap((path) => (isFolder(path) ? stacksIn(path) : [{ file: path, source: {} }]));
    const assembly = Assembly.ofFiles(root, stacks, options);
    for (const path of paths) {
      if (isFolder(path) || isObject(assembly.byName.get(relative(root, path))?.source.body.Resources)) continue;
      throw new Error(`${path}: not a template (it has no Resources). Give a cdk.out folder or a template file.`);
    }
    return assembly;
  }

  /**
   * Reads the template files of stacks, and the nested stacks that they name.
   *
   * @param root folder to which the templates' names are relative
   * @throws Error naming the file when it can't be read or isn't a template
   */
  public static ofFiles(root: string, stacks: readonly StackFile[], options: LoadOptions = {}): Assembly {
    const reading = new TemplateFiles(options);
    for (const { file, source } of stacks) reading.read(file, relative(root, file), source);
    return new Assembly(reading.sources, reading.nesting);
  }

  /** An assembly of templates in memory. A nested stack is found by its `aws:asset:path`, which is the template's name. */
  public static of(...given: TemplateSource[]): Assembly {
    const sources = given.map((source) => ({ ...source, body: withServerlessResources(source.body) }));
    const nesting = sources.flatMap((source) =>
      nestedStacks(source.body).map(([logicalId, child]) => ({
        parent: source.name,
        logicalId,
        child: normalize(child),
      })),
    );
    return new Assembly(sources, nesting);
  }

  /** Every resource of every template. */
  public get resources(): Resource[] {
    return this.templates.flatMap((template) => template.resources);
  }

  /** Resources of the given types, in the order of the templates. */
  public ofType(...types: string[]): Resource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** The resource that a reference names; undefined for pseudo parameters and for other values. */
  public find(reference: Value): Resource | undefined {
    const { template, logicalId } = (reference ?? {}) as Partial<Reference>;
    if (template === undefined || template === '' || logicalId === undefined) return undefined;
    return this.byName.get(template)?.resource(logicalId);
  }

  /** The template of a nested stack's resource; undefined when it isn't in the assembly. */
  public nestedTemplateOf(stack: Resource): Template | undefined {
    return this.nested.get(stack.key);
  }

  /** The template of a nested stack, by the stack's place in its parent. @internal */
  public nestedTemplate(parent: string, logicalId: string): Template | undefined {
    return this.nested.get(`${parent}#${logicalId}`);
  }

  /** The value exported under a name, read in the exporting template. @internal */
  public imported(name: Value, choices: Choices, where: string, into: TemplateSource): Value {
    const key = keyOf(name);
    this.exports ??= exportsOf(this.templates);
    const found = (this.exports.get(key) ?? []).filter(({ template: { source } }) => mayShareExports(source, into));
    const label = (i: number): string => `${describe(name)} is exported by ${found[i]?.by}`;
    const index = found.length > 1 ? choices.take(`export ${key}`, found.length, label) : 0;
    const { template, value } = found[index] ?? {};
    return template?.evaluate(value, choices, `${where} → ${template.name}`);
  }
}

/** A value that a stack exports. */
interface Export {
  readonly template: Template;
  readonly value: JsonValue | undefined;
  /** The output, in words. */
  readonly by: string;
}

/** Whether two stacks may be in one account and region. An export is known in its own only. */
function mayShareExports(one: TemplateSource, other: TemplateSource): boolean {
  const mayBeSame = (a: string | undefined, b: string | undefined): boolean => (a ?? b) === (b ?? a);
  return mayBeSame(one.account, other.account) && mayBeSame(one.region, other.region);
}

/**
 * The exports of an app, by name. There can be several of one name: outputs of which a condition keeps one, and stacks of several regions.
 */
function exportsOf(templates: readonly Template[]): ReadonlyMap<string, readonly Export[]> {
  const exports = new Map<string, Export[]>();
  for (const template of templates) {
    for (const [id, output] of Object.entries(template.outputs)) {
      if (!isObject(output) || !isObject(output.Export)) continue;
      if (typeof output.Condition === 'string' && template.truthOf(output.Condition) === 'never') continue;
      const { Export: exported, Value: value } = output as JsonObject;
      const by = `${template.name}: Outputs.${id}`;
      const names = template.resolve((exported as JsonObject).Name, by);
      for (const key of new Set(names.map((name) => keyOf(name.value)))) {
        exports.set(key, [...(exports.get(key) ?? []), { template, value, by }]);
      }
    }
  }
  return exports;
}

/** A stack's template file, and what is known of the stack. */
export interface StackFile {
  readonly file: string;
  readonly source: Partial<TemplateSource>;
}

interface Nesting {
  readonly parent: string;
  readonly logicalId: string;
  readonly child: string;
}

/** More templates than an app has. A template that names itself twice would otherwise be read without end. */
const MAX_TEMPLATES = 2000;

/** Reads template files, and the nested templates that they name. */
class TemplateFiles {
  public readonly sources: TemplateSource[] = [];
  public readonly nesting: Nesting[] = [];
  private readonly names = new Set<string>();
  private readonly nested = new Set<string>();
  private readonly assets = new Map<string, readonly PublishedFile[]>();

  constructor(private readonly options: LoadOptions) {}

  /**
   * @param around files of the stacks around a nested one
   * @throws Error naming the file
   */
  public read(file: string, name: string, stack: Partial<TemplateSource>, around: readonly string[] = []): void {
    if (this.names.has(name)) return;
    const text = readText(file);
    // A nested template may be somebody's own file.
    const keysAreUnique = around.length === 0 && this.options.keysAreUnique;
    const { body: written, ...read } = parsed(file, text, { ...this.options, keysAreUnique });
    const body = withServerlessResources(written);
    this.names.add(name);
    this.sources.push({ ...stack, ...read, name, body, file, text });
    for (const [logicalId, asset] of nestedStacks(body, () => this.assetsIn(dirname(file)))) {
      const childFile = join(dirname(file), asset);
      if ([...around, file].some((outer) => resolve(outer) === resolve(childFile))) continue;
      if (this.sources.length >= MAX_TEMPLATES) continue;
      if (statSync(childFile, { throwIfNoEntry: false })?.isFile() !== true) continue;
      const child = this.nameOfChild(normalize(join(dirname(name), asset)), `${name}#${logicalId}`);
      this.read(childFile, child, { account: stack.account, region: stack.region }, [...around, file]);
      this.nesting.push({ parent: name, logicalId, child });
    }
  }

  private assetsIn(folder: string): readonly PublishedFile[] {
    const known = this.assets.get(folder) ?? publishedFilesIn(folder);
    this.assets.set(folder, known);
    return known;
  }

  /** Two stacks of one file have different parameters, so each is a template of its own. */
  private nameOfChild(name: string, stack: string): string {
    const child = this.nested.has(name) ? `${name} (${stack})` : name;
    this.nested.add(child);
    return child;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The deepest folder that contains all of them. */
function commonFolder(folders: readonly string[]): string {
  const [first = '.', ...others] = folders;
  if (others.length === 0) return first;
  const parts = folders.map((folder) => resolve(folder).split(sep));
  const shared = parts.reduce((before, each) => {
    const end = before.findIndex((part, i) => part !== each[i]);
    return end === -1 ? before : before.slice(0, end);
  });
  return shared.join(sep) || sep;
}

/** @throws Error when the cloud assembly contains no stack */
function stacksIn(folder: string): StackFile[] {
  const stacks = stackFilesIn(folder);
  if (stacks.length === 0)
    throw new Error(`${folder}: the assembly contains no stack. Run \`npx cdk synth -q\` first.`);
  return stacks;
}

/**
 * Stacks of a cloud assembly, nested assemblies (stages) included. Source: cloud-assembly-schema, `manifest.json`.
 *
 * @throws Error naming the folder when it isn't a cloud assembly
 */
export function stackFilesIn(directory: string): StackFile[] {
  const file = join(directory, 'manifest.json');
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new Error(
      `${directory}: not the output of \`cdk synth\` (it has no manifest.json). Run \`npx cdk synth -q\` first.`,
    );
  }
  const { body: manifest } = parsed(file, readText(file), {});
  const artifacts = isObject(manifest.artifacts) ? manifest.artifacts : {};
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    if (!isObject(artifact)) return [];
    const properties = isObject(artifact.properties) ? artifact.properties : {};
    if (artifact.type === 'cdk:cloud-assembly' && typeof properties.directoryName === 'string') {
      return stackFilesIn(join(directory, properties.directoryName));
    }
    if (artifact.type !== 'aws:cloudformation:stack' || typeof properties.templateFile !== 'string') return [];
    return [{ file: join(directory, properties.templateFile), source: stackOf(id, artifact, properties) }];
  });
}

/** What the manifest says of a stack. */
function stackOf(id: string, artifact: JsonObject, properties: JsonObject): Partial<TemplateSource> {
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(String(artifact.environment)) ?? [];
  const parameters = isObject(properties.parameters) ? properties.parameters : {};
  return {
    stackName: typeof properties.stackName === 'string' ? properties.stackName : id,
    account: account === 'unknown-account' ? undefined : account,
    region: region === 'unknown-region' ? undefined : region,
    parameters: Object.fromEntries(
      Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  };
}

/**
 * Nested stacks, and the template file of each: CDK writes it as metadata, unless its option `assetMetadata` is off. Then the
 * `TemplateURL` ends with the key under which the file is published. A relative `TemplateURL` is a file, which
 * `aws cloudformation package` uploads.
 *
 * Source: AWS CLI Command Reference, "cloudformation package"; CloudFormation User Guide, "Upload local artifacts to an S3 bucket
 * with the AWS CLI": a relative path is relative to the template's location.
 */
function nestedStacks(body: JsonObject, published: () => readonly PublishedFile[] = () => []): [string, string][] {
  const resources = isObject(body.Resources) ? body.Resources : {};
  return Object.entries(resources).flatMap(([logicalId, resource]): [string, string][] => {
    if (!isObject(resource) || resource.Type !== 'AWS::CloudFormation::Stack') return [];
    const asset = isObject(resource.Metadata) ? resource.Metadata['aws:asset:path'] : undefined;
    if (typeof asset === 'string') return [[logicalId, asset]];
    const url = isObject(resource.Properties) ? resource.Properties.TemplateURL : undefined;
    if (typeof url === 'string' && isRelative(url)) return [[logicalId, url]];
    const written = JSON.stringify(url ?? '');
    const file = published().find(({ objectKey }) => written.includes(`/${objectKey}"`));
    return file === undefined ? [] : [[logicalId, file.path]];
  });
}

/** A file that is published with the app, by its path from the folder that lists it. */
interface PublishedFile {
  readonly path: string;
  readonly objectKey: string;
}

/** Source: cloud-assembly-schema, asset manifests (`*.assets.json`). */
function publishedFilesIn(folder: string): PublishedFile[] {
  const lists = readdirSync(folder).filter((name) => name.endsWith('.assets.json'));
  return lists.flatMap((name) => {
    const files = publicationsIn(join(folder, name));
    return Object.values(isObject(files) ? files : {}).flatMap((asset) => {
      const { source, destinations } = isObject(asset) ? asset : {};
      const path = isObject(source) ? source.path : undefined;
      return Object.values(isObject(destinations) ? destinations : {}).flatMap((destination) => {
        const objectKey = isObject(destination) ? destination.objectKey : undefined;
        return typeof path === 'string' && typeof objectKey === 'string' ? [{ path, objectKey }] : [];
      });
    });
  });
}

function publicationsIn(file: string): JsonValue | undefined {
  try {
    return parsed(file, readText(file), {}).body.files;
  } catch {
    // Another tool's file. What it would have named is reported as missing.
    return undefined;
  }
}

function isRelative(url: string): boolean {
  return url !== '' && !isAbsolute(url) && !/^[a-z][a-z0-9+.-]*:/i.test(url) && !url.includes('{{');
}

function readText(file: string): string {
  try {
    return decodeText(readFileSync(file));
  } catch (error) {
    throw new Error(`${file}: can't be read (${(error as Error).message}). Give a cdk.out folder or a template file.`);
  }
}

function parsed(
  file: string,
  text: string,
  { parseYaml, keysAreUnique }: LoadOptions,
): ReturnType<typeof parseTemplate> {
  try {
    return parseTemplate(text, parseYaml, keysAreUnique);
  } catch (error) {
    throw new Error(`${file}: not a template (${(error as Error).message}).`);
  }
}
