import { environment } from '../aws/environment';
import { RequestStore } from '../aws/request-store';
import { type ApprovalWait, requestApproval } from './request-approval';
import { logAs } from './world';

const ports = { requests: new RequestStore(environment('STATE_TABLE')), log: logAs('request-approval') };

/** Invoked by the approval workflow alone, which then waits for the token to come back. */
export async function handler(event: ApprovalWait): Promise<void> {
  await requestApproval(event, ports);
}
