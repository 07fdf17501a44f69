import { duration } from '../private/props/cdk-shapes';
import { number, optional, struct, text } from '../private/props/shape';
import type { PolicyOptions } from './grants';
import type { ProbationOptions } from './probation-options';

/** @internal */
export const PROBATION_OPTIONS = struct<ProbationOptions>(
  { calls: optional(number(20)), duration: optional(duration('Duration.days(7)')) },
  '{ calls: 20 }',
);

/** @internal */
export const POLICY_OPTIONS = struct<PolicyOptions>(
  { when: optional(text('context.args.amountCents <= 50000')) },
  "{ when: 'context.args.amountCents <= 50000' }",
);
