import type { AfterwardsAction } from './apply-afterwards';
import type { EmulatorChange } from './change';
import { runCodeSandboxesHere } from './code-sandbox';
import { isPolicyDocument, rewriteStatement } from './policy-conditions';
import {
  getAttOf,
  isIntrinsic,
  isRecord,
  type Json,
  type JsonRecord,
  listOf,
  placeOf,
  recordOf,
  type Template,
  type TemplateResource,
  toJsonText,
  transform,
  walk,
} from './template';

/** Outputs with this prefix carry what the runner applies after the deployment; they are taken out of the results. */
export const AFTERWARDS_PREFIX = 'EmulatorAfterwards';

/** The emulator doesn't evaluate their policies. */
const POLICIES_LEFT_ALONE = new Set(['AWS::EC2::VPCEndpoint']);

/** Their policies are about what services deliver. */
const TAKES_DELIVERIES = new Set(['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy']);

/** Long texts that only mention resources: the rest of them is of use. */
const TEXTS = new Set(['DashboardBody', 'DefinitionString']);

const EMPTIED_WITH_ITS_POLICY = new Set(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::S3::BucketPolicy']);

/**
 * Rewrites a template so that the emulator can deploy it, and tells everything it changed. Pure: the published library
 * never sees any of this.
 */
export function rewriteTemplate(
  synthesized: Template,
  supportedTypes: ReadonlySet<string>,
): { template: Template; changes: EmulatorChange[] } {
  const changes: EmulatorChange[] = [];
  let template = runCodeSandboxesHere(synthesized, changes);
  template = patchAttributes(template, changes);
  template = patchPolicies(template, changes);
  template = addAfterwardsOutputs(template);
  template = dropResources(template, supportedTypes, changes);
  return { template, changes };
}

/** Attributes that the emulator gets wrong or doesn't know. */
function patchAttributes(template: Template, changes: EmulatorChange[]): Template {
  const isOfType = (logicalId: Json | undefined, type: string): logicalId is string =>
    typeof logicalId === 'string' && template.Resources[logicalId]?.Type === type;

  const patch = (node: Json, where: string): Json =>
    transform(node, (inner) => {
      if (isIntrinsic(inner) && isOfType(inner.Ref, 'AWS::SecretsManager::Secret')) {
        changes.push({
          kind: 'patched',
          what: 'Ref of a secret is its name there, so its Id (the ARN) is taken',
          where,
        });
        return { 'Fn::GetAtt': [inner.Ref, 'Id'] };
      }
      const [logicalId, attribute] = getAttOf(inner) ?? [];
      if (attribute === 'CidrBlock' && isOfType(logicalId, 'AWS::EC2::VPC')) {
        const cidr = recordOf(template.Resources[logicalId].Properties).CidrBlock;
        if (cidr !== undefined) {
          changes.push({
            kind: 'patched',
            what: "a VPC's CidrBlock attribute is unknown there, so the value is written in",
            where,
          });
          return cidr;
        }
      }
      return undefined;
    });

  const patched = forEachResource(template, (logicalId, resource) => ({
    ...resource,
    Properties: patch(recordOf(resource.Properties), placeOf(logicalId, resource)),
  }));
  return { ...patched, Outputs: patch(recordOf(template.Outputs), 'outputs') };
}

function patchPolicies(template: Template, changes: EmulatorChange[]): Template {
  return forEachResource(template, (logicalId, resource) => {
    if (POLICIES_LEFT_ALONE.has(resource.Type)) {
      return resource;
    }
    const properties = transform(recordOf(resource.Properties), (node) => {
      if (!isPolicyDocument(node)) {
        return undefined;
      }
      const statements = listOf(node.Statement).flatMap((statement) => {
        const rewrite = rewriteStatement(recordOf(statement), TAKES_DELIVERIES.has(resource.Type));
        for (const what of rewrite.notes) {
          changes.push({ kind: 'patched', what, where: placeOf(logicalId, resource) });
        }
        if (rewrite.inert) {
          changes.push({ kind: 'inert', what: rewrite.inert, where: placeOf(logicalId, resource) });
        }
        return rewrite.statement ? [rewrite.statement] : [];
      });
      return { ...node, Statement: statements };
    });
    return { ...resource, Properties: properties };
  });
}

/** What CloudFormation drops there but the service can do when asked directly: its values, resolved, as outputs. */
function addAfterwardsOutputs(template: Template): Template {
  const outputs: JsonRecord = { ...recordOf(template.Outputs) };
  const add = (logicalId: string, action: { [Key in keyof AfterwardsAction]: Json }) => {
    outputs[`${AFTERWARDS_PREFIX}${action.call}${logicalId}`] = { Value: toJsonText(action) };
  };
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const properties = recordOf(resource.Properties);
    const where = placeOf(logicalId, resource);
    if (resource.Type === 'AWS::S3::Bucket') {
      const target = { Ref: logicalId };
      const encryption = recordOf(properties.BucketEncryption).ServerSideEncryptionConfiguration;
      if (encryption !== undefined) {
        const rules = listOf(encryption).map((rule) => {
          const { ServerSideEncryptionByDefault: byDefault, ...rest } = recordOf(rule);
          return { ...rest, ApplyServerSideEncryptionByDefault: byDefault };
        });
        add(logicalId, { call: 'PutBucketEncryption', target, where, document: { Rules: rules } });
      }
      if (properties.ObjectLockEnabled === true) {
        const document = { ObjectLockEnabled: 'Enabled', ...recordOf(properties.ObjectLockConfiguration) };
        add(logicalId, { call: 'PutObjectLockConfiguration', target, where, document });
      }
    }
    if (resource.Type === 'AWS::SecretsManager::ResourcePolicy') {
      const [target, document] = [properties.SecretId, properties.ResourcePolicy];
      add(logicalId, { call: 'PutResourcePolicy', target, where, document });
    }
  }
  return { ...template, Outputs: outputs };
}

function dropResources(template: Template, supportedTypes: ReadonlySet<string>, changes: EmulatorChange[]): Template {
  const gone = new Map<string, string>();
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const reason = reasonToDrop(resource, supportedTypes);
    if (reason) {
      gone.set(logicalId, reason);
    }
  }
  for (const [logicalId, reason] of providersOnlyFor(template, gone)) {
    gone.set(logicalId, reason);
  }

  let rest = template;
  for (let known = -1; known !== gone.size; ) {
    known = gone.size;
    rest = withoutResources(template, gone);
    for (const [logicalId, resource] of Object.entries(rest.Resources)) {
      const document = recordOf(recordOf(resource.Properties).PolicyDocument);
      if (EMPTIED_WITH_ITS_POLICY.has(resource.Type) && listOf(document.Statement).length === 0) {
        gone.set(logicalId, 'no statement of it is left');
      }
      const before = Object.keys(recordOf(template.Resources[logicalId].Properties)).length;
      if (resource.Type === 'AWS::EC2::Route' && Object.keys(recordOf(resource.Properties)).length < before) {
        gone.set(logicalId, 'its target is dropped');
      }
    }
  }

  for (const [logicalId, reason] of gone) {
    const resource = template.Resources[logicalId];
    changes.push({ kind: 'dropped', what: `${resource.Type}: ${reason}`, where: placeOf(logicalId, resource) });
  }
  for (const [logicalId, resource] of Object.entries(rest.Resources)) {
    if (JSON.stringify(resource.Properties) !== JSON.stringify(template.Resources[logicalId].Properties)) {
      const where = placeOf(logicalId, resource);
      changes.push({ kind: 'patched', what: 'what refers to dropped resources removed', where });
    }
  }
  for (const name of Object.keys(recordOf(template.Outputs))) {
    if (recordOf(rest.Outputs)[name] === undefined) {
      changes.push({ kind: 'dropped', what: 'output of a dropped resource', where: name });
    }
  }
  return rest;
}

function reasonToDrop(resource: TemplateResource, supportedTypes: ReadonlySet<string>): string | undefined {
  if (resource.Type === 'Custom::VpcRestrictDefaultSG') {
    return "the emulator can't run the provider that empties the default security group";
  }
  if (resource.Type === 'AWS::CloudWatch::Alarm' && recordOf(resource.Properties).Metrics !== undefined) {
    return 'the emulator has no metric math';
  }
  if (resource.Type === 'AWS::SecretsManager::ResourcePolicy') {
    return "the emulator's CloudFormation has no such type; applied through the API below";
  }
  if (!resource.Type.startsWith('Custom::') && !supportedTypes.has(resource.Type)) {
    return 'the emulator has no such type';
  }
  return undefined;
}

/** The provider function of dropped custom resources, and its role, where nothing else uses them. */
function providersOnlyFor(template: Template, gone: ReadonlyMap<string, string>): Map<string, string> {
  const providers = new Map<string, string>();
  const providerOf = (resource: TemplateResource) => getAttOf(recordOf(resource.Properties).ServiceToken)?.[0];
  for (const logicalId of gone.keys()) {
    const provider = providerOf(template.Resources[logicalId]);
    const stillUsed = Object.entries(template.Resources).some(
      ([other, resource]) => !gone.has(other) && providerOf(resource) === provider,
    );
    if (provider !== undefined && template.Resources[provider] && !stillUsed) {
      providers.set(provider, 'provider of a dropped custom resource');
      const role = getAttOf(recordOf(template.Resources[provider].Properties).Role)?.[0];
      if (role !== undefined && template.Resources[role]) {
        providers.set(role, 'provider of a dropped custom resource');
      }
    }
  }
  return providers;
}

function withoutResources(template: Template, gone: ReadonlyMap<string, string>): Template {
  const resources: Template['Resources'] = {};
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (gone.has(logicalId)) {
      continue;
    }
    const dependsOn = listOf(resource.DependsOn).filter((other) => !gone.has(String(other)));
    const kept: TemplateResource = { ...resource };
    delete kept.DependsOn;
    if (dependsOn.length > 0) {
      kept.DependsOn = dependsOn;
    }
    if (resource.Properties !== undefined) {
      kept.Properties = withoutReferences(resource.Properties, gone) ?? {};
    }
    resources[logicalId] = kept;
  }
  const outputs: JsonRecord = {};
  for (const [name, output] of Object.entries(recordOf(template.Outputs))) {
    if (!mentions(output, gone)) {
      outputs[name] = output;
    }
  }
  return { ...template, Resources: resources, Outputs: outputs };
}

/** A node without what refers to dropped resources; undefined when nothing is left of it. */
function withoutReferences(node: Json, gone: ReadonlyMap<string, string>): Json | undefined {
  if (isIntrinsic(node)) {
    return mentions(node, gone) ? undefined : node;
  }
  if (Array.isArray(node)) {
    const kept = node.map((child) => withoutReferences(child, gone)).filter((child) => child !== undefined);
    return kept.length === 0 && node.length > 0 ? undefined : kept;
  }
  if (isRecord(node)) {
    const kept: JsonRecord = {};
    for (const [key, child] of Object.entries(node)) {
      const rest = TEXTS.has(key) ? withNames(child, gone) : withoutReferences(child, gone);
      if (rest !== undefined) {
        kept[key] = rest;
      }
    }
    // A statement that lost its resource or principal would mean something else.
    const isStatement = node.Effect !== undefined && (node.Action !== undefined || node.NotAction !== undefined);
    return isStatement && Object.keys(kept).length < Object.keys(node).length ? undefined : kept;
  }
  return node;
}

/** A text with the name of a dropped resource in place of each direct reference to it. */
function withNames(node: Json, gone: ReadonlyMap<string, string>): Json {
  return transform(node, (inner) => {
    const name = isIntrinsic(inner) ? (inner.Ref ?? getAttOf(inner)?.[0]) : undefined;
    return typeof name === 'string' && gone.has(name) ? `dropped-${name}` : undefined;
  });
}

function mentions(node: Json, gone: ReadonlyMap<string, string>): boolean {
  let found = false;
  walk(node, (record) => {
    if (!isIntrinsic(record)) {
      return;
    }
    const names = [record.Ref, getAttOf(record)?.[0]];
    const sub = listOf(record['Fn::Sub'])[0];
    if (typeof sub === 'string') {
      names.push(...[...sub.matchAll(/\$\{([^!.}][^.}]*)/g)].map((match) => match[1]));
    }
    found ||= names.some((name) => typeof name === 'string' && gone.has(name));
  });
  return found;
}

function forEachResource(
  template: Template,
  change: (logicalId: string, resource: TemplateResource) => TemplateResource,
): Template {
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => [
    logicalId,
    change(logicalId, resource),
  ]);
  return { ...template, Resources: Object.fromEntries(resources) };
}
