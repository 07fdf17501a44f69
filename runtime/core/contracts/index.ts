/**
 * What the parts promise each other, versioned `v: 1`: the agent, the gate, the executors, the approval workflow and the
 * ledger exchange only these shapes. A change in this folder changes a contract and needs a decision record.
 *
 * Files of this folder import each other directly, never this index.
 */

export * from './agent-id';
export * from './answer-files';
export * from './call-limit';
export * from './code-sandbox';
export * from './denial-codes';
export * from './deployment';
export * from './evidence';
export * from './executor';
export * from './gate-reply';
export * from './json';
export * from './launch';
export * from './ledger-entry';
export * from './limits';
export * from './manifest';
export * from './oidc-users';
export * from './outbound';
export * from './request';
export { TOOL_NAME_PATTERN } from './schema-parts';
export * from './session';
export * from './session-documents';
export * from './session-user';
export * from './skills';
export * from './state-key';
export * from './tool-call';
export * from './tool-listing';
export * from './words';
