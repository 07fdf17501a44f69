import { setTimeout } from 'node:timers/promises';
import {
  type ContextEntry,
  type IAMClient,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandOutput,
} from '@aws-sdk/client-iam';
import type { RoleQuestion } from '../../lib/template/iam/role-questions';

/** AWS's answer to a question. */
export interface RoleAnswer {
  readonly question: RoleQuestion;
  /** `absent` when AWS gave no answer. */
  readonly decision: 'allowed' | 'implicitDeny' | 'explicitDeny' | 'absent';
  /** Context keys that AWS needs to decide and that the request lacks. */
  readonly missing: readonly string[];
}

/** Resources in one call. With at most eight actions each, the answer fits into a few pages. */
const RESOURCES_PER_CALL = 20;
const ITEMS_PER_PAGE = 100;
const ATTEMPTS = 6;

/** Context keys that every request has. The template's evaluation assumes the same values. */
function contextEntries(roleArn: string): ContextEntry[] {
  const entry = (ContextKeyName: string, value: string, ContextKeyType: 'string' | 'boolean' = 'string') => ({
    ContextKeyName,
    ContextKeyType,
    ContextKeyValues: [value],
  });
  const account = roleArn.split(':')[4] ?? '';
  return [
    entry('aws:PrincipalArn', roleArn),
    entry('aws:PrincipalAccount', account),
    entry('aws:PrincipalType', 'AssumedRole'),
    entry('aws:PrincipalIsAWSService', 'false', 'boolean'),
    entry('aws:SecureTransport', 'true', 'boolean'),
    entry('s3:TlsVersion', '1.3'),
    entry('aws:ResourceAccount', account),
  ];
}

/**
 * Asks AWS each question. One call asks about a role's actions on up to 20 resources, page by page. A throttled call is
 * repeated after a growing pause.
 *
 * @param pause waits for a number of milliseconds @default - a timer
 * @throws the error of AWS, when it is not throttling or when throttling goes on
 */
export async function simulateRoles(
  client: Pick<IAMClient, 'send'>,
  questions: readonly RoleQuestion[],
  pause: (milliseconds: number) => Promise<unknown> = setTimeout,
): Promise<readonly RoleAnswer[]> {
  const answers: RoleAnswer[] = [];
  for (const batch of batchesOf(questions, RESOURCES_PER_CALL)) {
    const told = await simulate(client, batch, pause);
    // A call about several resources can omit answers; those questions are asked one by one.
    const left = batch.filter((question) => !told.has(keyOf(question)));
    for (const single of batchesOf(left, 1)) {
      for (const [key, answer] of await simulate(client, single, pause)) told.set(key, answer);
    }
    for (const question of batch) {
      answers.push({ question, ...(told.get(keyOf(question)) ?? { decision: 'absent', missing: [] }) });
    }
  }
  return answers;
}

type Told = Omit<RoleAnswer, 'question'>;

function keyOf({ action, resourceArn }: RoleQuestion): string {
  return `${action} ${resourceArn}`;
}

/** One call and all its pages. */
async function simulate(
  client: Pick<IAMClient, 'send'>,
  batch: readonly RoleQuestion[],
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<Map<string, Told>> {
  const told = new Map<string, Told>();
  const roleArn = batch[0]?.roleArn;
  if (roleArn === undefined) return told;
  let Marker: string | undefined;
  do {
    const page = await withRetries(pause, () =>
      client.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: roleArn,
          ActionNames: [...new Set(batch.map(({ action }) => action))],
          ResourceArns: [...new Set(batch.map(({ resourceArn }) => resourceArn))],
          ContextEntries: contextEntries(roleArn),
          MaxItems: ITEMS_PER_PAGE,
          Marker,
        }),
      ),
    );
    for (const result of page.EvaluationResults ?? []) {
      const note = (resource?: string, decision?: string, missing?: string[]): void => {
        if (resource === undefined || decision === undefined) return;
        told.set(`${result.EvalActionName} ${resource}`, {
          decision: decision as Told['decision'],
          missing: missing ?? [],
        });
      };
      note(result.EvalResourceName, result.EvalDecision, result.MissingContextValues);
      for (const one of result.ResourceSpecificResults ?? []) {
        note(one.EvalResourceName, one.EvalResourceDecision, one.MissingContextValues);
      }
    }
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
  return told;
}

/** Groups the questions: one role, one resource type, and at most `resourcesEach` resources in a batch. */
function batchesOf(questions: readonly RoleQuestion[], resourcesEach: number): RoleQuestion[][] {
  const groups = new Map<string, Map<string, RoleQuestion[]>>();
  for (const question of questions) {
    const key = `${question.roleArn} ${question.target.type}`;
    const byResource = groups.get(key) ?? new Map<string, RoleQuestion[]>();
    byResource.set(question.resourceArn, [...(byResource.get(question.resourceArn) ?? []), question]);
    groups.set(key, byResource);
  }
  return [...groups.values()].flatMap((byResource) => {
    const resources = [...byResource.values()];
    const batches: RoleQuestion[][] = [];
    for (let i = 0; i < resources.length; i += resourcesEach) {
      batches.push(resources.slice(i, i + resourcesEach).flat());
    }
    return batches;
  });
}

async function withRetries(
  pause: (milliseconds: number) => Promise<unknown>,
  call: () => Promise<SimulatePrincipalPolicyCommandOutput>,
): Promise<SimulatePrincipalPolicyCommandOutput> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isThrottling(error)) throw error;
      await pause(250 * 2 ** attempt);
    }
  }
}

function isThrottling(error: unknown): boolean {
  return error instanceof Error && /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/i.test(error.name);
}
