/**
 * Keys under which this library keeps facts in the CloudFormation Metadata of resources. They are deployed with the stack, and
 * the checks and `prove` read them from the template. They are stable: deployed and handwritten templates contain them.
 */

/**
 * The acknowledged findings of a resource, a list of `{id, reason, at?}`. In a CDK app `HardenedAgentChecks` writes the list
 * from `Validations.of(construct).acknowledge(…)`; in plain CloudFormation it is written by hand.
 * @internal
 */
export const ACKNOWLEDGEMENTS_KEY = 'hardened-agent:acknowledged';

/**
 * On the gate's function: the calls that run without a person's approval, a list of `{tool, when?}`.
 * @internal
 */
export const AUTO_APPROVALS_KEY = 'hardened-agent:auto-approvals';

/**
 * On the gate's function: the skills that it serves, a list of `{name, pin, tools, scripts}`. Their texts are in its asset.
 * @internal
 */
export const SKILLS_KEY = 'hardened-agent:skills';

/**
 * On the gate's function: `LOG_ONLY` when the gate doesn't enforce. The function reads its mode from the manifest, which is
 * an asset and not part of the template.
 * @internal
 */
export const GATE_MODE_KEY = 'hardened-agent:gate-mode';

/**
 * On an executor's or the gate's function: what declarations say that a reader should know, a list of `{doubt, tools}`. The
 * declarations themselves are in assets. The checks report each entry until it is acknowledged.
 * @internal
 */
export const DOUBTS_KEY = 'hardened-agent:doubtful-declarations';

/** Value of `doubt`: the tools are declared as reads, but their HTTP method changes or deletes something. @internal */
export const READ_THAT_CHANGES = 'read-that-changes';

/** Value of `doubt`: the destructive tools always run without a person. @internal */
export const DESTRUCTION_UNASKED = 'destruction-unasked';

/** Value of `doubt`: reads have the same credential as these destructive tools. @internal */
export const CREDENTIAL_NOT_SPLIT = 'credential-not-split';

/**
 * On the sealer's function: `true` where an existing witness bucket is encrypted with S3-managed keys. The bucket isn't in the
 * template, so nothing else says that the sealer needs no key.
 * @internal
 */
export const WITNESS_ENCRYPTED_BY_S3 = 'hardened-agent:witness-encrypted-by-s3';

/**
 * On the flow log of a network in an existing VPC: the guards that a prop switched off and no other resource shows, a list
 * of `{guard, …}`. The checks report each entry until it is acknowledged.
 * @internal
 */
export const LOWERED_GUARDS_KEY = 'hardened-agent:lowered';

/** Value of `guard`: the routes of `subnets` are trusted, not checked. @internal */
export const ROUTES_TRUSTED = 'routes-trusted';

/** Value of `guard`: this stack doesn't filter the VPC's DNS resolver. @internal */
export const DNS_OPEN = 'dns-open';
