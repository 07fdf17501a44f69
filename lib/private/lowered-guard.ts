/**
 * Metadata key, on a resource of the network, for what a prop took away and no other resource shows: a list of
 * `{guard, …}`. It is deployed with the stack, and the checks report each entry until somebody answers for it.
 * @internal
 */
export const LOWERED_GUARDS_KEY = 'hardened-agent:lowered';

/** The routes of `subnets`, which somebody else made, are trusted and not checked. @internal */
export const ROUTES_TRUSTED = 'routes-trusted';

/** The resolver of the network, which somebody else made, isn't filtered by this stack. @internal */
export const DNS_OPEN = 'dns-open';
