import { Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A guardrail that model calls must name, as props give it. @internal */
export interface GuardrailProps {
  /** `<guardrail ARN>:<version>` */
  readonly guardrail?: string;
  readonly guardrailProfileArns?: string[];
}

/** A guardrail as policies name it. @internal */
export interface Guardrail {
  /** The value of `bedrock:GuardrailIdentifier`. For the version DRAFT it is the ARN alone. */
  readonly identifier: string;
  /** What `bedrock:ApplyGuardrail` needs: the guardrail, and its profile in each destination region. */
  readonly resourceArns: string[];
}

const GUARDRAIL_VERSION = /^arn:[^:]+:bedrock:([^:]+):\d{12}:guardrail\/[a-z0-9]+:(\d+|DRAFT)$/;
const PROFILE = /^arn:[^:*]+:bedrock:[^:*]+:\d{12}:guardrail-profile\/[^*?]+$/;
/** The version at the end of a text, as text or as a token. */
const VERSION = /:(\d+|DRAFT|\$\{Token\[[^\]]+\]\})$/;
/** Fields of a guardrail's ARN. The version follows as one more. */
const ARN_FIELDS = [0, 1, 2, 3, 4, 5];

/** Why a guardrail can't be used; undefined when it can, or none is given. @internal */
export function guardrailProblem(scope: Construct, props: GuardrailProps): string | undefined {
  const { guardrail, guardrailProfileArns = [] } = props;
  if (guardrail === undefined) {
    return guardrailProfileArns.length === 0
      ? undefined
      : 'guardrailProfileArns is given without a guardrail. Write guardrail: "<guardrail ARN>:1" too.';
  }
  const wrong = guardrailProfileArns.find((arn) => !Token.isUnresolved(arn) && !PROFILE.test(arn));
  if (wrong !== undefined) {
    return (
      `"${wrong}" isn't the ARN of a guardrail profile. Write one for each destination region, such as ` +
      '"arn:aws:bedrock:us-east-2:111122223333:guardrail-profile/us.guardrail.v1:0".'
    );
  }
  if (Token.isUnresolved(guardrail)) return undefined;
  const [, region] = GUARDRAIL_VERSION.exec(guardrail) ?? [];
  if (region === undefined) {
    return `guardrail "${guardrail}" isn't an ARN with a version. Write "<guardrail ARN>:1".`;
  }
  const own = Stack.of(scope).region;
  if (Token.isUnresolved(own) || region === own) return undefined;
  return `guardrail "${guardrail}" is in ${region}, but models are called in ${own}. Write a guardrail of ${own}.`;
}

/**
 * What policies say about a guardrail. A guardrail's ARN has no version, so `bedrock:ApplyGuardrail` names the ARN alone.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html (examples 1 and 2),
 * https://docs.aws.amazon.com/bedrock/latest/userguide/guardrail-profiles-permissions.html
 * @internal
 */
export function guardrailOf({ guardrail, guardrailProfileArns = [] }: GuardrailProps): Guardrail | undefined {
  if (guardrail === undefined) return undefined;
  const written = VERSION.exec(guardrail);
  const arn = written
    ? guardrail.slice(0, written.index)
    : Fn.join(
        ':',
        ARN_FIELDS.map((field) => Fn.select(field, Fn.split(':', guardrail))),
      );
  return {
    identifier: written?.[1] === 'DRAFT' ? arn : guardrail,
    resourceArns: [arn, ...guardrailProfileArns],
  };
}
