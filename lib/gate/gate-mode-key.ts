/**
 * Where the gate's function says, in its CloudFormation Metadata, that it doesn't enforce: the manifest that tells the
 * function so is no part of the template.
 * @internal
 */
export const GATE_MODE_KEY = 'hardened-agent:gate-mode';
