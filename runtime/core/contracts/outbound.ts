/** What the check of outbound arguments looks for. */
export const FINDING_KINDS = ['credentials', 'activeContent', 'instructions'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/**
 * What happens to a call with a finding: it runs without the found text, it is denied, a person is asked, or it runs as it
 * is.
 */
export const FINDING_ACTIONS = ['redact', 'deny', 'ask', 'allow'] as const;
export type FindingActionName = (typeof FINDING_ACTIONS)[number];

/** What a tool declares for each kind of finding. */
export type OutboundRules = { readonly [kind in FindingKind]: FindingActionName };

/** For a tool that declares nothing: no benign call of a tool sends credentials, and few send the others. */
export const DEFAULT_OUTBOUND_RULES: OutboundRules = {
  credentials: 'deny',
  activeContent: 'ask',
  instructions: 'ask',
};
