import type { TargetLabel, ToolLabel } from './tool-label';

const order: TargetLabel = { at: '/order_id', kind: 'id' };
const customer: TargetLabel = { at: '/customer_id', kind: 'id' };
export const SHOP: Readonly<Record<string, ToolLabel>> = {
  // Customers choose their names, and anyone may register.
  find_customers: { effect: 'read', keys: [{ at: '/query', kind: 'person' }] },
  list_orders: {
    effect: 'read',
    keys: [{ at: '/customer_id', kind: 'id' }],
    ids: [{ at: '/orders/*/order_id', kind: 'id' }],
  },
  get_order: {
    effect: 'read',
    keys: [{ at: '/order_id', kind: 'id' }],
    ids: [
      { at: '/order_id', kind: 'id' },
      { at: '/customer_id', kind: 'id' },
      { at: '/email', kind: 'email' },
      { at: '/items/*/sku', kind: 'id' },
      { at: '/tracking_number', kind: 'id' },
    ],
  },
  search_conversations: { effect: 'read', keys: [{ at: '/query', kind: 'exact' }] },
  get_conversation: {
    effect: 'read',
    keys: [{ at: '/conversation_id', kind: 'id' }],
    ids: [
      { at: '/conversation_id', kind: 'id' },
      { at: '/customer_id', kind: 'id' },
      { at: '/email', kind: 'email' },
      { at: '/order_id', kind: 'id' },
    ],
  },
  get_return: {
    effect: 'read',
    keys: [{ at: '/return_id', kind: 'id' }],
    ids: [
      { at: '/order_id', kind: 'id' },
      { at: '/customer_id', kind: 'id' },
    ],
  },
  track_parcel: { effect: 'read', keys: [{ at: '/tracking_number', kind: 'id' }] },
  get_product: { effect: 'read', keys: [{ at: '/sku', kind: 'id' }] },
  fetch_page: { effect: 'outbound', targets: [{ at: '/url', kind: 'url', directory: ['sites'] }] },
  reply_to_customer: {
    effect: 'outbound',
    targets: [{ at: '/conversation_id', kind: 'id' }],
    texts: ['text'],
    limits: [{ per: 'target', window: 'day', most: 4 }],
  },
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
    texts: ['subject', 'text'],
    limits: [{ per: 'session', window: 'session', most: 10 }],
  },
  // Left out, the money goes back to where the order was paid from.
  refund: {
    effect: 'destructive',
    targets: [order, { at: '/iban', kind: 'account', whenAbsent: 'constant' }],
    texts: ['reason'],
    limits: [
      { per: 'target', window: 'day', most: 3 },
      { per: 'session', window: 'session', most: 30_000, sumOf: '/amount_cents' },
      { per: 'user', window: 'day', most: 100_000, sumOf: '/amount_cents' },
    ],
  },
  cancel_order: {
    effect: 'destructive',
    targets: [order],
    texts: ['reason'],
    limits: [{ per: 'session', window: 'session', most: 5 }],
  },
  change_delivery_address: {
    effect: 'destructive',
    targets: [
      order,
      { at: '/recipient', kind: 'person' },
      { at: '/street', kind: 'exact' },
      { at: '/postcode', kind: 'exact' },
      { at: '/city', kind: 'exact' },
    ],
  },
  send_return_label: {
    effect: 'outbound',
    targets: [order, { at: '/email', kind: 'email', whenAbsent: 'constant' }],
    limits: [{ per: 'target', window: 'day', most: 2 }],
  },
  give_store_credit: {
    effect: 'destructive',
    targets: [customer],
    texts: ['note'],
    limits: [
      { per: 'target', window: 'day', most: 2 },
      { per: 'session', window: 'session', most: 10_000, sumOf: '/amount_cents' },
    ],
  },
  send_replacement: {
    effect: 'destructive',
    targets: [order, { at: '/sku', kind: 'id' }, { at: '/ship_to', kind: 'exact', whenAbsent: 'constant' }],
    limits: [{ per: 'target', window: 'day', most: 3 }],
  },
  message_courier: {
    effect: 'outbound',
    targets: [
      { at: '/courier', kind: 'exact', directory: ['couriers'] },
      { at: '/tracking_number', kind: 'id' },
    ],
    texts: ['text'],
  },
  export_customer_data: {
    effect: 'outbound',
    targets: [customer, { at: '/email', kind: 'email', whenAbsent: 'constant' }],
    limits: [{ per: 'session', window: 'session', most: 2 }],
  },
  delete_customer: {
    effect: 'destructive',
    targets: [customer],
    limits: [{ per: 'session', window: 'session', most: 2 }],
  },
};
