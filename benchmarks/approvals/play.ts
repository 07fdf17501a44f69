import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import { stateKey } from '../../runtime/core/contracts';
import type { Deployment } from './deployment';
import type { Effects } from './effects';
import type { Answer, Cast, Person } from './way-in';

/** What happens to a request besides a decision. */
export const FAULTS = [
  'none',
  'unknown request',
  'foreign request',
  'decided request',
  'expired request',
  'forged proof',
  'wrong group',
  'self-approval',
  'replayed POST',
  'altered digest',
  'racing tabs',
  'two people needed',
  'denied',
  'keys changed at the issuer',
  'issuer down',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Faults that only a way in with an issuer has. */
const AT_ISSUER: readonly Fault[] = ['keys changed at the issuer', 'issuer down'];

/** The faults of a way in. */
export function faultsOf({ atIssuer }: Cast): Fault[] {
  return FAULTS.filter((fault) => fault !== 'none' && (atIssuer !== undefined || !AT_ISSUER.includes(fault)));
}

/** The person that a session runs for. */
interface User {
  readonly name: string;
  /** How the ledger names them as an approver. */
  readonly actors: readonly RegExp[];
}

/** One request that was played to its end. */
export interface Played {
  readonly fault: Fault;
  readonly requestId: string;
  /** The refund's amount, by which the ticket system tells it apart. */
  readonly amount: number;
  readonly user: User;
  /** What the desk said that it decided. */
  readonly confirmed?: 'APPROVED' | 'DENIED';
  /** Attempts that had to be refused, and were not. */
  readonly accepted: readonly string[];
  /** From sending the last approval until the call reached the ticket system. */
  readonly clickToEffectMs?: number;
  /** From sending the last approval until the desk answered it. */
  readonly clickToAnswerMs?: number;
}

/** The amount above which the benchmark's rule asks for two people. */
const TWO_PEOPLE_ABOVE = 50_000;

const PATIENCE_MS = 60_000;

/** Plays requests: an agent asks, faults happen, people decide. */
export class Player {
  constructor(
    private readonly deployment: Deployment,
    private readonly cast: Cast,
    private readonly effects: Effects,
  ) {}

  /** What people do about a request, after the attempts that must be refused. */
  async decide(fault: Fault, asked: Asked): Promise<Played> {
    const { maria, paul } = this.cast;
    const { amount, user } = asked;
    const accepted = await this.attempt(fault, asked);
    const common = { fault, requestId: asked.requestId, amount, user };
    // Somebody without the right decided already, which the tally counts. There is nothing left to decide.
    if (fault === 'expired request' || accepted.length > 0) return { ...common, accepted };

    const by = await this.deciderOf(fault, asked);
    const decision = fault === 'denied' ? 'DENIED' : 'APPROVED';
    const body = bodyOf(asked.digest, decision);
    if (fault === 'two people needed') await this.firstOfTwo(asked, accepted, by === paul ? maria : paul);
    const clicked = performance.now();
    const sent = await this.click(fault, asked, by, body);
    // A busy emulator gives up on functions, also on both of two tabs.
    const answers = sent.some(isTaken) ? sent : [...sent, ...(await resent(() => by.decide(asked.requestId, body)))];
    const clickToAnswerMs = performance.now() - clicked;
    if (!answers.some(isTaken))
      throw new Error(`Nobody could decide on a request with the fault "${fault}": ${JSON.stringify(answers)}`);
    if (decision === 'DENIED') return { ...common, confirmed: decision, accepted };
    const arrived = await this.effects.arrivalOf(amount, PATIENCE_MS);
    if (fault === 'decided request')
      await this.mustFail(accepted, fault, maria.decide(asked.requestId, bodyOf(asked.digest, 'DENIED')));
    return {
      ...common,
      confirmed: decision,
      accepted,
      ...(arrived === undefined ? {} : { clickToEffectMs: arrived - clicked, clickToAnswerMs }),
    };
  }

  /**
   * An agent asks, and the request waits. Each has a session of its own, so that one's denials and waiting requests don't count
   * for another.
   */
  async ask(fault: Fault, index: number): Promise<Asked> {
    const { deployment } = this;
    const { maria, mariaElsewhere, mariaAsUser } = this.cast;
    const user: User =
      fault === 'self-approval'
        ? { name: mariaAsUser, actors: [maria, ...mariaElsewhere].map(({ actor }) => actor) }
        : { name: 'ann', actors: [] };
    const amountCents = (fault === 'two people needed' ? TWO_PEOPLE_ABOVE : 0) + 1000 + index;
    const account = `AC-${2000 + index}`;
    const session = await deployment.launch(user.name);
    const gate = new GateClient({
      url: deployment.localUrl(deployment.output('GateUrl')),
      region: deployment.emulator.region,
      credentials: async () => session.credentials,
    });
    const reply = await again(() => gate.call('refund', 'refund', { id: 'T-1001', account, amountCents }));
    if (reply.status !== 'pending_approval' || reply.digest === undefined) {
      throw new Error(`The benchmark's own call didn't ask: ${JSON.stringify(reply)}`);
    }
    for (const deadline = Date.now() + PATIENCE_MS; !(await this.cast.paul.isShown(reply.requestId)); ) {
      if (Date.now() > deadline) throw new Error(`The desk never showed ${reply.requestId}.`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const { requestId, digest } = reply;
    return { index, requestId, digest, sessionId: session.sessionId, gate, user, amount: amountCents };
  }

  /** Tries what must be refused. Returns the attempts that were not. */
  private async attempt(fault: Fault, asked: Asked): Promise<string[]> {
    const { maria, mariaElsewhere, eve, forgeries, atIssuer } = this.cast;
    const { requestId, digest } = asked;
    const accepted: string[] = [];
    const approval = bodyOf(digest, 'APPROVED');
    const tries: Partial<Record<Fault, () => Promise<void>>> = {
      'unknown request': async () => {
        await this.mustFail(accepted, fault, maria.decide(`${requestId.slice(0, -4)}0000`, approval));
      },
      'foreign request': async () => {
        const read = await again(() => asked.gate.call('read', 'read', { id: 'T-1001' }));
        await this.mustFail(accepted, fault, maria.decide(read.requestId, approval));
      },
      'expired request': async () => {
        await this.expire(asked);
        await this.mustFail(accepted, fault, maria.decide(requestId, approval));
      },
      'forged proof': async () => {
        for (const { name, send } of forgeries) await this.mustFail(accepted, name, send(requestId, approval));
      },
      'wrong group': async () => {
        if (eve !== undefined) await this.mustFail(accepted, fault, eve.decide(requestId, approval));
      },
      'self-approval': async () => {
        for (const account of [maria, ...mariaElsewhere])
          await this.mustFail(accepted, fault, account.decide(requestId, approval));
      },
      'issuer down': async () => {
        const stranger = await atIssuer?.goDown();
        if (stranger) await this.mustFail(accepted, fault, stranger.decide(requestId, approval));
      },
      'altered digest': async () => {
        const altered = `${digest.slice(0, -1)}${digest.endsWith('0') ? '1' : '0'}`;
        await this.mustFail(accepted, fault, maria.decide(requestId, bodyOf(altered, 'APPROVED')));
      },
    };
    await tries[fault]?.();
    return accepted;
  }

  private async deciderOf(fault: Fault, { amount }: Asked): Promise<Person> {
    const { maria, paul, atIssuer } = this.cast;
    if (fault === 'keys changed at the issuer' && atIssuer) return atIssuer.rotateKeys();
    return amount % 2 === 0 || fault === 'self-approval' ? paul : maria;
  }

  /** One person approves, and again, which isn't a second person. */
  private async firstOfTwo({ requestId, digest, amount }: Asked, accepted: string[], first: Person): Promise<void> {
    const body = bodyOf(digest, 'APPROVED');
    for (const send of [() => first.decideTwice(requestId, body), () => resent(() => first.decide(requestId, body))]) {
      const answers = await send();
      if (answers.some(({ code }) => code === 'DECIDED')) accepted.push('one person for two');
    }
    if (this.effects.countOf(amount) > 0) accepted.push('a call before the second person');
  }

  /** The decision, which some send several times. */
  private async click(
    fault: Fault,
    { requestId, digest }: Asked,
    by: Person,
    body: string,
  ): Promise<readonly Answer[]> {
    const { maria, paul } = this.cast;
    if (fault === 'replayed POST') return by.decideTwice(requestId, body);
    if (fault !== 'racing tabs') return resent(() => by.decide(requestId, body));
    // Two tabs of one person and one of another. Whoever comes first has decided, and the others change nothing.
    const approvals = [by, by, by === maria ? paul : maria].map((person) =>
      person.decide(requestId, bodyOf(digest, 'APPROVED')),
    );
    return Promise.all(approvals);
  }

  private async mustFail(accepted: string[], name: string, attempt: Promise<Answer>): Promise<void> {
    const { status, code } = await attempt;
    if (status === 200 || code === 'DECIDED' || code === 'RECORDED') accepted.push(name);
  }

  /** Time can't be turned forward in the emulator, so the request's end is brought forward. */
  private async expire({ sessionId, requestId }: Asked): Promise<void> {
    const { pk, sk } = stateKey.request(sessionId, requestId);
    const { emulator } = this.deployment;
    await new DynamoDBClient(emulator.clientConfig()).send(
      new UpdateItemCommand({
        TableName: this.deployment.stateTable,
        Key: { pk: { S: pk }, sk: { S: sk } },
        UpdateExpression: 'SET expiresAt = :past',
        ExpressionAttributeValues: { ':past': { N: String(Math.floor(Date.now() / 1000) - 1) } },
      }),
    );
  }
}

/** A request that waits. */
export interface Asked {
  readonly index: number;
  readonly user: User;
  readonly amount: number;
  readonly requestId: string;
  readonly digest: string;
  readonly sessionId: string;
  readonly gate: GateClient;
}

/** How often the same is sent again when no answer came. A busy emulator gives up on functions. */
const MOST_SENT = 5;

/** The same `callId` again is the same call. */
async function again<Reply>(call: () => Promise<Reply>): Promise<Reply> {
  for (let sent = 1; ; sent += 1) {
    try {
      return await call();
    } catch (error) {
      if (sent === MOST_SENT) throw error;
    }
  }
}

/** Sends a decision until the desk answers, as the desk itself advises. */
async function resent(send: () => Promise<Answer>): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let sent = 0; sent < MOST_SENT; sent += 1) {
    const answer = await send();
    answers.push(answer);
    if (answer.status < 500) break;
  }
  return answers;
}

/** Whether a decision was taken. After a lost answer, the desk says that it was. */
function isTaken({ code }: Answer, index: number): boolean {
  return code === 'DECIDED' || (index > 0 && (code === 'ALREADY_DECIDED' || code === 'WORKFLOW_ENDED'));
}

function bodyOf(digest: string, decision: 'APPROVED' | 'DENIED'): string {
  return JSON.stringify({ v: 1, decision, digest, ...(decision === 'DENIED' ? { reason: 'Not agreed' } : {}) });
}
