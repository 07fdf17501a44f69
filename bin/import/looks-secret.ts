import { withoutCredentials } from '../../runtime/core/guard/credential-shapes';
import { isRandom } from '../../runtime/core/guard/named-secrets';

/** Names of parameters and headers whose values are credentials. */
const NAMES_OF_SECRETS = /key|token|secret|passw|pwd|auth|credential|signature|^sig$|session|jwt|bearer|cookie/i;

/** Whether a parameter of this name holds a credential, whatever its value looks like. */
export function namesSecret(name: string): boolean {
  return NAMES_OF_SECRETS.test(name);
}

/** Whether a text has the form of a credential, or is a value that no person chose. */
export function looksSecret(text: string): boolean {
  return isRandom(text) || LONG_HEX.test(text) || withoutCredentials(text) !== text;
}

const LONG_HEX = /^(?=.*[0-9])(?=.*[a-f])[0-9a-f]{32,}$/i;
