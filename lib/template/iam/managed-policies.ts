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
  /** Whether a statement of it allows an action that is asked about the resources of an app (`asked.ts`), on whichever resource. */
  readonly mayAllow: (action: string) => boolean;
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
  known ??= readTable(brotliDecompressSync(Buffer.from(MANAGED_POLICY_TABLE, 'base64')).toString());
  return known;
}

/** The first line has the actions that the table was made for. Of any other action it doesn't know. */
function readTable(table: string): ReadonlyMap<string, ManagedPolicyFacts> {
  const [first = '', ...lines] = table.split('\n');
  const asked = new Set(first.split(' '));
  return new Map(
    lines.flatMap((line) => {
      const [flags = '', names = ''] = line.split(':');
      const [marks = '', ...allowed] = flags.split(' ');
      const actions = new Set(allowed.map((action) => action.replace('.', ':')));
      const facts = {
        callsModels: marks.includes('m'),
        escalates: marks.includes('e'),
        isOrdinary: marks.includes('o'),
        mayAllow: (action: string) => actions.has('*') || actions.has(action) || !asked.has(action),
      };
      return names.split(',').map((name) => [name, { name, ...facts }] as const);
    }),
  );
}
