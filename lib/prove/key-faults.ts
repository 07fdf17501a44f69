import { describe, isTrue, type Resource, type Value } from '../template';

/** Properties of a key, and what they must be so that it can be used at all, to sign or to encrypt. */
type Needed = readonly (readonly [property: string, holds: (value: Value) => boolean])[];

const USABLE: Needed = [
  ['Enabled', (value) => value === undefined || isTrue(value)],
  // Other keys can't be used until somebody imports key material, or connects a key store.
  ['Origin', (value) => value === undefined || value === 'AWS_KMS'],
];
const SIGNS: Needed = [
  ['KeyUsage', (value) => value === 'SIGN_VERIFY'],
  // The sealer signs with Ed25519.
  ['KeySpec', (value) => value === 'ECC_NIST_EDWARDS25519'],
];
const ENCRYPTS: Needed = [
  ['KeyUsage', (value) => value === undefined || value === 'ENCRYPT_DECRYPT'],
  ['KeySpec', (value) => value === undefined || value === 'SYMMETRIC_DEFAULT'],
];

/**
 * Why a key of the templates can't be used.
 *
 * Source: CloudFormation Template Reference, "AWS::KMS::Key"; AWS KMS Developer Guide, "Key states of AWS KMS keys".
 */
export function keyFaults(key: Resource, use: 'sign' | 'encrypt'): string[] {
  return [...USABLE, ...(use === 'sign' ? SIGNS : ENCRYPTS)].flatMap(([property, holds]) => {
    const wrong = key.property(property).find(({ value }) => !holds(value));
    return wrong === undefined ? [] : [`${key.path} can't be used: ${property} is ${describe(wrong.value)}`];
  });
}
