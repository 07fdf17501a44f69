import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { formatVerifierKey, verifierKeyFromSpki } from '../../../runtime/core/merkle/note';
import { regionOfArn } from '../../command-line/aws-region';
import { defineCommand } from '../../command-line/define-command';
import { required } from '../../command-line/option';

const asGiven = (given: string) => given;

export const key = defineCommand({
  description: 'Prints the public half of the signing key. Keep it outside the account: every verification needs it.',
  options: {
    signingKey: required('ARN', 'the KMS key that signs checkpoints, an output of the stack', asGiven),
    origin: required('NAME', 'the name of the ledger, an output of the stack', asGiven),
  },
  examples: [
    'hardened-agent audit key --signing-key arn:aws:kms:eu-west-1:111122223333:key/1234 --origin example.com/support > ledger.key',
  ],
  exitCodes: { 0: 'the key was printed', 1: 'KMS did not give the key' },
  permissions: ['kms:GetPublicKey'],
  run: async ({ options: { signingKey, origin }, io }) => {
    const region = regionOfArn(signingKey);
    const kms = new KMSClient(region === undefined ? {} : { region });
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: signingKey }));
    io.out(formatVerifierKey(verifierKeyFromSpki(origin, PublicKey ?? new Uint8Array())));
    return 0;
  },
});
