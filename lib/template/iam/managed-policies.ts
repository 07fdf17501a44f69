import { brotliDecompressSync } from 'node:zlib';
import { piecesOf, Reference, type Value } from '../model/value';
import { MANAGED_POLICY_TABLE } from './managed-policy-table';

/** What is known of an AWS managed policy. */
export interface ManagedPolicyFacts {
  /** Its path and name: `service-role/AWSLambdaBasicExecutionRole`. */
  readonly name: string;
  /** It allows to call a model. */
  readonly callsModels: boolean;
  /** It allows to pass, assume or change roles. */
  readonly escalates: boolean;
  /** It allows nothing but a workload's own logs, metrics and traces, its network interfaces, and pulling images. */
  readonly isOrdinary: boolean;
}

/** An AWS managed policy by its ARN; undefined for any other policy, and for one that isn't known. */
export function awsManagedPolicy(arn: Value): ManagedPolicyFacts | undefined {
  const text = (piecesOf(arn) ?? [])
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      return piece instanceof Reference && piece.logicalId === 'AWS::Partition' ? 'aws' : '\0';
    })
    .join('');
  const [, name] = /^arn:aws[a-z-]*:iam::aws:policy\/([^\0]+)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  // SAM and people write the name alone of what AWS keeps under a path.
  return knownPolicies().get(name) ?? knownPolicies().get(`service-role/${name}`);
}

let known: ReadonlyMap<string, ManagedPolicyFacts> | undefined;

function knownPolicies(): ReadonlyMap<string, ManagedPolicyFacts> {
  known ??= new Map(
    brotliDecompressSync(Buffer.from(MANAGED_POLICY_TABLE, 'base64'))
      .toString()
      .split('\n')
      .flatMap((line) => {
        const [flags = '', names = ''] = line.split(':');
        const facts = {
          callsModels: flags.includes('m'),
          escalates: flags.includes('e'),
          isOrdinary: flags.includes('o'),
        };
        return names.split(',').map((name) => [name, { name, ...facts }] as const);
      }),
  );
  return known;
}
