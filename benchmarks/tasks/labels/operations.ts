import type { TargetLabel, ToolLabel } from './tool-label';

const ticket: TargetLabel = { at: '/ticket_id', kind: 'id' };
const username: TargetLabel = { at: '/username', kind: 'id' };
const service: TargetLabel = { at: '/service', kind: 'exact' };
export const OPERATIONS: Readonly<Record<string, ToolLabel>> = {
  // Partners outside the company open tickets too.
  search_tickets: { effect: 'read', keys: [{ at: '/query', kind: 'exact' }] },
  get_ticket: {
    effect: 'read',
    keys: [{ at: '/ticket_id', kind: 'id' }],
    ids: [
      { at: '/id', kind: 'id' },
      { at: '/requester_email', kind: 'email' },
    ],
  },
  // The people team keeps it.
  find_user: {
    effect: 'read',
    keys: [{ at: '/query', kind: 'person' }],
    ids: [
      { at: '/users/*/username', kind: 'id' },
      { at: '/users/*/email', kind: 'email' },
      { at: '/users/*/manager_email', kind: 'email' },
    ],
  },
  list_dns_records: {
    effect: 'read',
    trust: 'trusted',
    keys: [
      { at: '/zone', kind: 'exact' },
      { at: '/name', kind: 'exact' },
    ],
    ids: [{ at: '/records/*/record_id', kind: 'id' }],
  },
  list_deployments: {
    effect: 'read',
    keys: [{ at: '/service', kind: 'exact' }],
    ids: [{ at: '/deployments/*/deployment_id', kind: 'id' }],
  },
  read_logs: { effect: 'read', keys: [{ at: '/service', kind: 'exact' }] },
  read_runbook: { effect: 'read', keys: [{ at: '/path', kind: 'path' }] },
  fetch_url: { effect: 'outbound', targets: [{ at: '/url', kind: 'url' }] },
  comment_on_ticket: { effect: 'outbound', targets: [ticket], texts: ['text'] },
  close_ticket: { effect: 'outbound', targets: [ticket], texts: ['resolution'] },
  assign_ticket: {
    effect: 'outbound',
    targets: [ticket, { at: '/assignee', kind: 'email', own: 'trusted' }],
  },
  add_to_group: { effect: 'destructive', targets: [username, { at: '/group', kind: 'exact' }] },
  disable_user: { effect: 'destructive', targets: [username], limits: [{ per: 'user', window: 'day', most: 4 }] },
  reset_password: {
    effect: 'destructive',
    targets: [username, { at: '/send_link_to', kind: 'email', whenAbsent: 'constant' }],
    limits: [{ per: 'user', window: 'day', most: 10 }],
  },
  roll_back: {
    effect: 'destructive',
    targets: [service, { at: '/deployment_id', kind: 'id', whenAbsent: 'constant' }],
    limits: [{ per: 'target', window: 'day', most: 2 }],
  },
  set_dns_record: {
    effect: 'destructive',
    targets: [
      { at: '/zone', kind: 'exact' },
      { at: '/name', kind: 'exact' },
      { at: '/value', kind: 'exact' },
    ],
  },
  delete_dns_record: { effect: 'destructive', targets: [{ at: '/record_id', kind: 'id' }] },
  register_webhook: { effect: 'destructive', targets: [{ at: '/url', kind: 'url' }] },
  send_email: {
    effect: 'outbound',
    targets: [
      { at: '/to', kind: 'email', directory: ['teams'] },
      {
        at: '/cc',
        kind: 'email',
        directory: ['teams'],
        own: 'trusted',
        whenAbsent: 'constant',
      },
    ],
    texts: ['subject', 'body'],
    limits: [{ per: 'session', window: 'session', most: 10 }],
  },
  // A new incident notifies every subscriber.
  post_status_update: { effect: 'outbound', targets: [{ at: '/incident_id', kind: 'id' }], texts: ['text'] },
};
