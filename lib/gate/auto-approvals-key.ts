/**
 * Where the gate's function lists the calls that run without a person, in its CloudFormation Metadata: a list of
 * `{tool, when?}`. `hardened-agent prove` prints it.
 * @internal
 */
export const AUTO_APPROVALS_KEY = 'hardened-agent:auto-approvals';
