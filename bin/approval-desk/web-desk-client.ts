import type { ApprovalCard, WaitingList } from '../../runtime/approvals/approval-card';
import type { DecisionReply } from '../../runtime/approvals/decide';
import type { DecisionBody } from '../../runtime/approvals/decision-body';
import { type Answer, type DeskApi, fetchJson } from './desk-api';

/** Calls the API of a web desk with a token of a person. No browser sends such a token by itself, so nothing can be forged with it. */
export class WebDeskClient implements DeskApi {
  constructor(
    private readonly deskUrl: string,
    private readonly idToken: string,
  ) {}

  list(): Promise<Answer<WaitingList>> {
    return this.send('GET', 'requests');
  }

  show(requestId: string): Promise<Answer<ApprovalCard>> {
    return this.send('GET', `requests/${requestId}`);
  }

  /** The person who runs the command has given the digest, and so confirmed it. */
  decide(requestId: string, body: DecisionBody): Promise<Answer<DecisionReply>> {
    return this.send('POST', `requests/${requestId}/decision`, JSON.stringify({ ...body, confirmed: true }));
  }

  private send<Body>(method: string, path: string, body?: string): Promise<Answer<Body>> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.idToken}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    return fetchJson(
      new URL(`${this.deskUrl}/api/${path}`),
      { method, headers, ...(body === undefined ? {} : { body }) },
      { server: 'desk', check: 'Check that --desk-url is the address of a web desk.' },
    );
  }
}
