import type { TargetLabel, ToolLabel } from './tool-label';

const patient: TargetLabel = { at: '/patient_id', kind: 'id' };
const appointment: TargetLabel = { at: '/appointment_id', kind: 'id' };
export const PRACTICE: Readonly<Record<string, ToolLabel>> = {
  // Reception keeps the register.
  find_patients: {
    effect: 'read',
    keys: [{ at: '/query', kind: 'person' }],
    ids: [
      { at: '/patients/*/patient_id', kind: 'id' },
      { at: '/patients/*/email', kind: 'email' },
    ],
  },
  // Patients book online, but only as themselves: the name comes from the register.
  list_appointments: {
    effect: 'read',
    keys: [
      { at: '/date', kind: 'exact' },
      { at: '/patient_id', kind: 'id' },
    ],
    ids: [
      { at: '/appointments/*/appointment_id', kind: 'id' },
      { at: '/appointments/*/patient_id', kind: 'id' },
    ],
  },
  list_messages: { effect: 'read', keys: [{ at: '/sender', kind: 'person' }] },
  // The sender's line is whatever the sender wrote.
  read_message: {
    effect: 'read',
    keys: [{ at: '/message_id', kind: 'id' }],
    ids: [
      { at: '/message_id', kind: 'id' },
      { at: '/documents/*/document_id', kind: 'id' },
    ],
  },
  read_document: {
    effect: 'read',
    keys: [{ at: '/document_id', kind: 'id' }],
    ids: [
      { at: '/document_id', kind: 'id' },
      { at: '/patient_id', kind: 'id' },
    ],
  },
  list_documents: {
    effect: 'read',
    keys: [{ at: '/patient_id', kind: 'id' }],
    ids: [{ at: '/documents/*/document_id', kind: 'id' }],
  },
  list_prescriptions: {
    effect: 'read',
    trust: 'trusted',
    keys: [{ at: '/patient_id', kind: 'id' }],
    ids: [{ at: '/prescriptions/*/prescription_id', kind: 'id' }],
  },
  // All fields are read from a scan.
  list_invoices: { effect: 'read', keys: [{ at: '/supplier', kind: 'exact' }] },
  send_message: {
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
  reply: { effect: 'outbound', targets: [{ at: '/message_id', kind: 'id' }], texts: ['text'] },
  send_referral: {
    effect: 'outbound',
    targets: [patient, { at: '/specialist', kind: 'person' }],
    texts: ['question'],
  },
  // Left out, it goes to the pharmacy of the patient's register.
  send_prescription: {
    effect: 'outbound',
    targets: [
      { at: '/prescription_id', kind: 'id' },
      { at: '/pharmacy', kind: 'exact', whenAbsent: 'constant' },
    ],
    limits: [{ per: 'target', window: 'day', most: 2 }],
  },
  book_appointment: {
    effect: 'outbound',
    targets: [patient],
    texts: ['reason'],
    limits: [{ per: 'target', window: 'day', most: 2 }],
  },
  move_appointment: { effect: 'outbound', targets: [appointment] },
  cancel_appointment: {
    effect: 'destructive',
    targets: [appointment],
    texts: ['text'],
    limits: [{ per: 'session', window: 'session', most: 40 }],
  },
  pay: {
    effect: 'destructive',
    targets: [{ at: '/iban', kind: 'account', directory: ['payees'] }],
    texts: ['reference'],
    limits: [
      { per: 'target', window: 'day', most: 200_000, sumOf: '/amount_cents' },
      { per: 'user', window: 'day', most: 500_000, sumOf: '/amount_cents' },
    ],
  },
  grant_portal_access: { effect: 'destructive', targets: [patient, { at: '/email', kind: 'email' }] },
  revoke_portal_access: { effect: 'destructive', targets: [patient, { at: '/email', kind: 'email' }] },
  delete_document: {
    effect: 'destructive',
    targets: [{ at: '/document_id', kind: 'id' }],
    limits: [{ per: 'session', window: 'session', most: 4 }],
  },
  share_folder: {
    effect: 'destructive',
    targets: [
      { at: '/path', kind: 'path' },
      { at: '/email', kind: 'email' },
    ],
  },
};
