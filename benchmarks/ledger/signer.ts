import { generateKeyPairSync, sign } from 'node:crypto';
import { formatNote, type VerifierKey, verifierKeyFromSpki } from '../../runtime/core/merkle/note';
import type { Seal } from './sealed-file';

/** A new key, and what signs with it. */
export function signer(): { key: VerifierKey; seal: Seal } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = verifierKeyFromSpki('example.com/bench', publicKey.export({ format: 'der', type: 'spki' }));
  return {
    key,
    seal: (sizeAndRoot) => {
      const text = `${key.name}\n${sizeAndRoot}`;
      return formatNote(text, key, sign(null, Buffer.from(text), privateKey));
    },
  };
}
