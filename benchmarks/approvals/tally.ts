import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { parseEntry } from '../../runtime/core/ledger/entry';
import { inParallel } from '../../runtime/ledger/in-parallel';
import { type Decided, isApproval, isDecidedTwice } from './decided';
import type { Deployment } from './deployment';
import type { Effects } from './effects';
import type { Played } from './play';

export interface Tally {
  /** Requests that the ledger has an approval of. */
  readonly approved: number;
  /** Calls that reached the target. */
  readonly executed: number;
  /** Requests whose call reached the target more than once. */
  readonly twice: number;
  /** Approved calls that never reached the target, and decisions that the desk confirmed but the ledger lacks. */
  readonly lost: number;
  /** Approvals by the person that the session runs for. */
  readonly selfApprovals: number;
  /** Faults of the requests with more than one end in the ledger, or with two approvals by one person. */
  readonly decidedTwice: readonly string[];
}

/** Counts what was decided from the ledger, and what ran from the target's own record. */
export async function tally(deployment: Deployment, played: readonly Played[], effects: Effects): Promise<Tally> {
  const decisions = await decisionsIn(deployment);
  const of = ({ requestId }: Played): readonly Decided[] => decisions.get(requestId) ?? [];
  const isApproved = (each: Played): boolean => of(each).some(({ code }) => code === 'APPROVED');
  const count = (holds: (each: Played) => boolean): number => played.filter(holds).length;
  return {
    approved: count(isApproved),
    executed: effects.total,
    twice: count(({ amount }) => effects.countOf(amount) > 1),
    lost: count((each) => (isApproved(each) && effects.countOf(each.amount) === 0) || isForgotten(each, of(each))),
    selfApprovals: count((each) => of(each).some((decided) => isApproval(decided) && isByUser(decided, each))),
    decidedTwice: played.filter((each) => isDecidedTwice(of(each))).map(({ fault }) => fault),
  };
}

function isByUser({ approvers }: Decided, { user }: Played): boolean {
  return approvers.some((by) => user.actors.some((actor) => actor.test(by)));
}

function isForgotten({ confirmed }: Played, decided: readonly Decided[]): boolean {
  return confirmed !== undefined && !decided.some(({ code }) => code === confirmed);
}

async function decisionsIn(deployment: Deployment): Promise<ReadonlyMap<string, readonly Decided[]>> {
  const s3 = new S3Client(deployment.emulator.clientConfig());
  const Bucket = deployment.output('LedgerBucket');
  const keys: string[] = [];
  for (let token: string | undefined; ; ) {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'entries/', ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    token = page.NextContinuationToken;
    if (token === undefined) break;
  }
  const found = new Map<string, Decided[]>();
  await inParallel(
    keys,
    async (Key) => {
      const object = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const parsed = parseEntry((await object.Body?.transformToString()) ?? '');
      if (!parsed.ok) throw new Error(`${Key} is no ledger entry: ${parsed.reason}.`);
      const { type, requestId = '', decision, approval } = parsed.entry;
      if (type !== 'decision') return;
      const decided = { code: decision?.code ?? '', approvers: approval?.approvers ?? [] };
      found.set(requestId, [...(found.get(requestId) ?? []), decided]);
    },
    8,
  );
  return found;
}
