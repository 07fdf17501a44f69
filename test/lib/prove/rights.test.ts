import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PartKind } from '../../../lib/checks/facts/part';
import { RIGHTS } from '../../../lib/prove/rights';

/** What each part with code may need, by the place: `state dynamodb:GetItem`. Read from the sources, and from the table. */
const RUNTIME = path.join(__dirname, '../../../runtime');

/** The handlers of each part. */
const HANDLERS: { readonly [kind in PartKind]?: readonly string[] } = {
  gate: ['gate/gate.lambda.ts'],
  connector: ['executor/http.lambda.ts', 'executor/aws.lambda.ts'],
  'code connector': ['executor/code.lambda.ts'],
  sealer: ['ledger/sealer.lambda.ts'],
  'token keeper': ['approvals/request-approval.lambda.ts'],
  'request viewer': ['approvals/show-requests.lambda.ts'],
  decision: ['approvals/decide.lambda.ts'],
  'approved call': ['approvals/execute-approved.lambda.ts'],
  'request closer': ['approvals/close-request.lambda.ts'],
  'webhook notifier': ['approvals/notify-webhook.lambda.ts'],
  'session launcher': ['sandbox/launch-session.lambda.ts'],
  'session end': ['sandbox/end-session.lambda.ts'],
  'session sweep': ['sandbox/sweep-sessions.lambda.ts'],
  'operator desk': ['sandbox/operate.lambda.ts'],
};

/** What each command of an SDK needs. */
const ACTIONS: { readonly [command: string]: string } = {
  ChangeMessageVisibility: 'sqs:ChangeMessageVisibility',
  DeleteItem: 'dynamodb:DeleteItem',
  DeleteMessage: 'sqs:DeleteMessage',
  DeleteObject: 's3:DeleteObject',
  DescribeEventBus: 'events:DescribeEventBus',
  DescribeStateMachine: 'states:DescribeStateMachine',
  DescribeTable: 'dynamodb:DescribeTable',
  GetEmailIdentity: 'ses:GetEmailIdentity',
  GetItem: 'dynamodb:GetItem',
  GetObject: 's3:GetObject',
  GetObjectTagging: 's3:GetObjectTagging',
  GetPublicKey: 'kms:GetPublicKey',
  GetQueueAttributes: 'sqs:GetQueueAttributes',
  GetTopicAttributes: 'sns:GetTopicAttributes',
  GetSecretValue: 'secretsmanager:GetSecretValue',
  Invoke: 'lambda:InvokeFunction',
  ListExecutions: 'states:ListExecutions',
  ListObjectVersions: 's3:ListBucketVersions',
  ListObjectsV2: 's3:ListBucket',
  ListTasks: 'ecs:ListTasks',
  Publish: 'sns:Publish',
  PutEvents: 'events:PutEvents',
  PutItem: 'dynamodb:PutItem',
  PutObject: 's3:PutObject',
  PutObjectTagging: 's3:PutObjectTagging',
  Query: 'dynamodb:Query',
  ReceiveMessage: 'sqs:ReceiveMessage',
  RunTask: 'ecs:RunTask',
  SendEmail: 'ses:SendEmail',
  SendMessage: 'sqs:SendMessage',
  SendTaskSuccess: 'states:SendTaskSuccess',
  Sign: 'kms:Sign',
  StartExecution: 'states:StartExecution',
  StopExecution: 'states:StopExecution',
  StopTask: 'ecs:StopTask',
  UpdateItem: 'dynamodb:UpdateItem',
};
/**
 * A transaction needs the action of each of its items.
 * Source: DynamoDB Developer Guide, "Using IAM with DynamoDB transactions".
 */
const ITEMS: { readonly [item: string]: string } = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
};

/** Where commands outside the stores go, by their folder or their action. */
const PLACES: { readonly [action: string]: string } = {
  'lambda:InvokeFunction': 'executor',
  'states:StartExecution': 'workflow',
  'states:SendTaskSuccess': 'workflow',
  'states:StopExecution': 'workflow',
  'ecs:RunTask': 'task',
  'ecs:TagResource': 'cluster',
  'secretsmanager:GetSecretValue': 'credential',
  'kms:Sign': 'signing key',
  'kms:GetPublicKey': 'signing key',
};

/** Where all commands of a file go. */
const PLACES_OF_FILES: { readonly [file: string]: string } = {
  'executor/aws-commands.ts': 'own resource',
  'executor/invoke-target.ts': 'own resource',
  'executor/item-target.ts': 'own resource',
  'executor/object-target.ts': 'own resource',
  'executor/document-target.ts': 'own resource',
  'executor/code.lambda.ts': 'code sandbox',
  'approvals/notify-webhook.lambda.ts': 'webhook',
  'gate/start-slow-call.ts': 'approved call',
};

/** What a part's sources can do, and its handler never lets them. */
const NEVER_USED: { readonly [kind in PartKind]?: readonly string[] } = {
  // It shares the ports of connectors, and has no credential.
  'code connector': ['credential secretsmanager:GetSecretValue'],
};

/** The ports by which handlers use the stores: the class, and the place. */
const STORES: { readonly [port: string]: readonly [type: string, place: string] } = {
  sessions: ['SessionStore', 'state'],
  launches: ['LaunchStore', 'state'],
  ends: ['SessionEnds', 'state'],
  slots: ['SessionSlots', 'state'],
  stops: ['ConnectorStops', 'state'],
  objectVersions: ['ObjectVersions', 'documents'],
  openRequests: ['OpenRequests', 'state'],
  tasks: ['AgentTasks', 'cluster'],
  requests: ['RequestStore', 'state'],
  probation: ['ProbationStore', 'state'],
  evidence: ['EvidenceStore', 'evidence'],
  ledger: ['LedgerWriter', 'ledger'],
  witness: ['S3ObjectStore', 'witness'],
  publication: ['S3ObjectStore', 'publication'],
};

const read = (file: string): string => readFileSync(path.join(RUNTIME, file), 'utf8');
const filesIn = (folder: string): string[] =>
  readdirSync(path.join(RUNTIME, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));

/** A file and everything that it imports from the runtime. */
function sourcesOf(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const [, specifier = ''] of read(entry).matchAll(/from '(\.[^']+)'/g)) {
    const file = path.join(path.dirname(entry), specifier);
    for (const name of [`${file}.ts`, path.join(file, 'index.ts')]) {
      if (existsSync(path.join(RUNTIME, name))) sourcesOf(name, found);
    }
  }
  return found;
}

function actionsOfCommands(source: string): string[] {
  const commands = [...source.matchAll(/new (\w+)Command\(/g)].map(([, command = '']) => command);
  return commands.flatMap((command) => {
    if (command === 'TransactWriteItems') return itemsIn(source);
    // A named version of an object needs another right than the newest one.
    if (command === 'GetObject' && source.includes('VersionId: ')) return ['s3:GetObjectVersion'];
    // Tags at the start are a request of their own.
    const tags = command === 'RunTask' && source.includes('tags: [') ? ['ecs:TagResource'] : [];
    return [ACTIONS[command] ?? `unknown ${command}`, ...tags];
  });
}

function itemsIn(source: string): string[] {
  return Object.keys(ITEMS)
    .filter((item) => new RegExp(`\\b${item}: \\{`).test(source))
    .map((item) => ITEMS[item] as string);
}

/** The methods of the stores and the functions beside them, each with its source: `SessionStore.open`, `readObject`. */
function membersOfStores(): Map<string, string> {
  const members = new Map<string, string>();
  for (const file of filesIn('aws')) {
    let at = { owner: '', member: '' };
    for (const line of read(file).split('\n')) {
      at = placeOf(line, at);
      members.set(at.member, `${members.get(at.member) ?? ''}${line}\n`);
    }
  }
  return members;
}

/** The class and the member that a line belongs to: it may begin one. */
function placeOf(line: string, before: { owner: string; member: string }): typeof before {
  const [, type] = /^export class (\w+)/.exec(line) ?? [];
  if (type !== undefined) return { owner: type, member: type };
  const [, top] = /^(?:export )?(?:async )?function (\w+)/.exec(line) ?? [];
  if (top !== undefined) return { owner: '', member: top };
  const [, method] = /^ {2}(?:private )?(?:async )?\*?(\w+)\(/.exec(line) ?? [];
  return method === undefined ? before : { ...before, member: `${before.owner}.${method}` };
}

const MEMBERS = membersOfStores();

/** What a method of a store sends, with the methods and functions that it calls. */
function actionsOfMember(name: string, seen = new Set<string>()): string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const source = MEMBERS.get(name);
  if (source === undefined) throw new Error(`No store has ${name}.`);
  const [owner = ''] = name.split('.');
  const called = [
    ...[...source.matchAll(/this\.(\w+)\(/g)].map(([, method = '']) => `${owner}.${method}`),
    ...[...source.matchAll(/(?<![.\w])(\w+)\(/g)].map(([, each = '']) => each),
  ].filter((each) => MEMBERS.has(each));
  // The items of a transaction may be written by a function of their own.
  const items = name.endsWith('Writes') ? itemsIn(source) : [];
  return [...actionsOfCommands(source), ...items, ...called.flatMap((each) => actionsOfMember(each, seen))];
}

function usedByCode(kind: PartKind, handler: string): string[] {
  const sources = [...sourcesOf(handler)].filter((file) => !file.startsWith('aws/'));
  return sources.flatMap((file) => {
    const source = read(file);
    const direct = actionsOfCommands(source).map((action) => {
      const place = PLACES_OF_FILES[file] ?? PLACES[action];
      return `${place} ${action}`;
    });
    const calls = [...source.matchAll(/\b(\w+)\??\.(\w+)\(/g)].filter(([, port = '']) => STORES[port] !== undefined);
    const byStores = calls.flatMap(([, port = '', method]) => {
      const [type = '', place] = STORES[port] ?? [];
      const store = kind === 'sealer' ? 'S3ObjectStore' : type;
      const actions = actionsOfMember(`${store}.${method}`);
      // Without this right, S3 answers 403 for an object that doesn't exist.
      if (store === 'S3ObjectStore' && method === 'get') actions.push('s3:ListBucket');
      // ListTasks takes no resource.
      return actions.map((action) => (action === 'ecs:ListTasks' ? ` ${action}` : `${place} ${action}`));
    });
    return [...direct, ...byStores];
  });
}

/** What the table says that the part's code needs. */
function neededByTable(kind: PartKind): string[] {
  return RIGHTS[kind]
    .filter(({ by, needed }) => by === undefined && (needed === undefined || needed === 'as named'))
    .flatMap(({ on, actions, uses }) => {
      const [, place = ''] = /\{([^}]+?)\\?\}/.exec(typeof on === 'string' ? on : on.source) ?? [];
      const used = uses?.map((use) => use.split(' ')[0]) ?? actions;
      return used.map((action) => `${place} ${action}`);
    });
}

test.each(Object.entries(HANDLERS) as [PartKind, string[]][])(
  'the table says what the code of the %s sends',
  (kind, handlers) => {
    const never = NEVER_USED[kind] ?? [];
    const used = new Set(
      handlers.flatMap((handler) => usedByCode(kind, handler)).filter((use) => !never.includes(use)),
    );
    expect([...used].sort()).toEqual([...new Set(neededByTable(kind))].sort());
  },
);

test('every handler belongs to a part', () => {
  const known = Object.values(HANDLERS).flat();
  const all = ['approvals', 'executor', 'gate', 'ledger', 'sandbox']
    .flatMap(filesIn)
    .filter((file) => file.endsWith('.lambda.ts'));
  expect(all.filter((file) => !known.includes(file))).toEqual([]);
});

test('commands are sent by stores and handlers only in ways that this test knows', () => {
  const commands = filesIn('.').flatMap((file) => actionsOfCommands(read(file)));
  expect(commands.filter((action) => action.startsWith('unknown'))).toEqual([]);
});
