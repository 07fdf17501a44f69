import { environment } from '../aws/environment';
import { logAs } from '../aws/log-line';
import { RequestStore } from '../aws/request-store';
import { type ApprovalWait, requestApproval } from './request-approval';

const ports = { requests: new RequestStore(environment('STATE_TABLE')), log: logAs('request-approval') };

/** Only the approval workflow invokes it. The workflow then waits for the task token. */
export async function handler(event: ApprovalWait): Promise<void> {
  await requestApproval(event, ports);
}
