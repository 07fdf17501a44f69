import type { Signer } from './sealer-ports';
import type { SealerState } from './sealer-state';
import { SealerStoppedError } from './sealer-stopped-error';

/** The key that signs the next checkpoint. @throws SealerStoppedError when this sealer doesn't have that key */
export function currentSigner(signers: readonly [Signer, ...Signer[]], { signerId }: SealerState): Signer {
  const found = signerId === '' ? signers[0] : signers.find(({ key }) => key.id === signerId);
  if (found) return found;
  throw new SealerStoppedError(
    'KEY_UNKNOWN',
    `the log was handed over to the key ${signerId}, which this sealer doesn't have`,
  );
}
