import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MaskedTemplate } from './masked-template';

/** What is kept of an app: for each member of each template's sections one line, `id: "Type hash"`. */
export type TemplateRecord = Readonly<Record<string, string>>;

/** Stateful logical ids of an app, and their types. */
export type StatefulRecord = Readonly<Record<string, string>>;

/**
 * What holds something that no deployment brings back. A changed logical id makes a new one beside it, and leaves the old
 * one behind (`RemovalPolicy.RETAIN`, or a lock) or deletes it: entries that nobody reads any more, keys that old
 * checkpoints need, a secret whose value somebody set by hand, logs, a trail's own chain of digests, waiting approvals
 * (they live in executions of a state machine), images. The API ids are in the addresses that approvers and agents keep.
 */
const STATEFUL_TYPES = new Set([
  'AWS::ApiGateway::RestApi',
  'AWS::CloudTrail::Trail',
  'AWS::DynamoDB::Table',
  'AWS::ECR::Repository',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
]);

export function recordOf(templates: Readonly<Record<string, MaskedTemplate>>): TemplateRecord {
  const lines = Object.entries(templates).flatMap(([stack, template]) =>
    Object.entries(template).flatMap(([section, members]) =>
      Object.entries(members).map(([id, member]) => {
        const kind = section === 'Resources' ? typeOf(member) : section.slice(0, -1);
        return [`${stack}/${id}`, `${kind} ${hashOf(member)}`] as const;
      }),
    ),
  );
  return sorted(lines);
}

export function statefulOf(templates: Readonly<Record<string, MaskedTemplate>>): StatefulRecord {
  return sorted(
    Object.entries(templates).flatMap(([stack, { Resources }]) =>
      Object.entries(Resources)
        .map(([id, resource]) => [`${stack}/${id}`, typeOf(resource)] as const)
        .filter(([, type]) => STATEFUL_TYPES.has(type)),
    ),
  );
}

/** A record in the folder `recorded`. */
export class RecordFile {
  private readonly file: string;

  constructor(name: string) {
    this.file = path.join(__dirname, 'recorded', `${name}.json`);
  }

  read(): Readonly<Record<string, string>> {
    return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, 'utf8')) as Record<string, string>) : {};
  }

  write(record: Readonly<Record<string, string>>): void {
    const text = `${JSON.stringify(sorted(Object.entries(record)), null, 2)}\n`;
    if (!existsSync(this.file) || readFileSync(this.file, 'utf8') !== text) writeFileSync(this.file, text);
  }
}

/** What is in one record and not in the other, as lines of a readable difference. */
export function differences(recorded: TemplateRecord, found: TemplateRecord): string[] {
  const ids = Object.keys(sorted(Object.entries({ ...recorded, ...found })));
  return ids.flatMap((id) => {
    const [before, now] = [recorded[id], found[id]];
    if (before === now) return [];
    if (before === undefined) return [`added    ${id} (${now})`];
    if (now === undefined) return [`removed  ${id} (${before})`];
    return [`changed  ${id} (${before} → ${now.split(' ').at(-1)})`];
  });
}

/** Stateful ids that were recorded and are gone, or have another type. */
export function lostState(recorded: StatefulRecord, found: StatefulRecord): string[] {
  return Object.entries(recorded)
    .filter(([id, type]) => found[id] !== type)
    .map(([id, type]) => `${id} (${type})`);
}

function typeOf(resource: unknown): string {
  return String((resource as { Type?: unknown }).Type);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}

function sorted<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
