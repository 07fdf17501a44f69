import { Annotations } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { isAcknowledged } from '../private/acknowledgement-trail';
import { CREDENTIAL_NOT_SPLIT, DESTRUCTION_UNASKED, DOUBTS_KEY, READ_THAT_CHANGES } from '../private/metadata-keys';
import { Effect } from './effect';
import type { ToolOperation } from './tool-options';

/** Something about declarations that is allowed, but that somebody should decide. @internal */
export interface DeclaredDoubt {
  /** One of the values in lib/private/metadata-keys. */
  readonly doubt: string;
  /** Names of the tools. */
  readonly tools: readonly string[];
  /** For whoever synthesizes the app. */
  readonly warning: string;
}

/** What is asked about a tool. */
interface DeclaredTool {
  readonly toolName: string;
  readonly effect: Effect;
  readonly _operation: ToolOperation;
}

/** Source: RFC 9110, 9.2.1 "Safe Methods". A POST may search. */
const CHANGING_METHODS = ['DELETE', 'PUT', 'PATCH'];

/** What is doubtful about the tools that share one executor. @internal */
export function doubtsOf(tools: readonly DeclaredTool[], credential: string | undefined): readonly DeclaredDoubt[] {
  const reads = tools.filter(({ effect }) => effect === Effect.READ);
  const destructive = tools.filter(({ effect }) => effect === Effect.DESTRUCTIVE).map(({ toolName }) => toolName);
  const changing = reads.filter(({ _operation: { http } }) => http && CHANGING_METHODS.includes(http.method));
  return [
    ...changing.map(({ toolName, _operation: { http } }) => ({
      doubt: READ_THAT_CHANGES,
      tools: [toolName],
      warning: `The tool ${toolName} is declared as a read, but it sends ${http?.method}. A read asks nobody and is repeated: declare the effect that it has, or acknowledge this.`,
    })),
    ...(credential !== undefined && reads.length > 0 && destructive.length > 0
      ? [
          {
            doubt: CREDENTIAL_NOT_SPLIT,
            tools: destructive,
            warning: `Reads have the same credential, ${credential}, as ${destructive.join(', ')}. Give reads one that may only read, with credentials: [BoundCredential.forReads(…)], or acknowledge this.`,
          },
        ]
      : []),
  ];
}

/** The rules of the checks that find the same in the template. */
const RULES: { readonly [doubt: string]: string } = {
  [READ_THAT_CHANGES]: 'GateReadsOnlyRead',
  [DESTRUCTION_UNASKED]: 'GateDestructionAsked',
  [CREDENTIAL_NOT_SPLIT]: 'SecretsReadApart',
};

/**
 * Warns of doubts at synthesis, and keeps them in the template for the checks. Whoever acknowledged the rule, on the construct or around it,
 * isn't warned again.
 * @internal
 */
export function tellOfDoubts(construct: Construct, fn: lambda.IFunction, doubts: readonly DeclaredDoubt[]): void {
  if (doubts.length === 0) return;
  for (const { doubt, tools, warning } of doubts) {
    if (isAcknowledged(construct, RULES[doubt] ?? '')) continue;
    Annotations.of(construct).addWarningV2(`cdk-hardened-agent:${doubt}:${tools.join(',')}`, warning);
  }
  const told = doubts.map(({ doubt, tools }) => ({ doubt, tools }));
  (fn.node.defaultChild as lambda.CfnFunction).addMetadata(DOUBTS_KEY, told);
}
