import { BUCKET, duration, ROLE } from '../private/props/cdk-shapes';
import { flag, type Members, number, optional } from '../private/props/shape';
import type { LedgerOptions } from './ledger-options';

/** @internal */
export const LEDGER_OPTIONS: Members<LedgerOptions> = {
  breakGlassRole: optional(ROLE),
  mergeDelay: optional(duration('Duration.minutes(5)')),
  heartbeat: optional(duration('Duration.hours(1)')),
  witnessBucket: optional(BUCKET),
  witnessInThisAccount: optional(flag()),
  witnessEncryptedByS3: optional(flag()),
  trail: optional(flag()),
  signingKeys: optional(number(2)),
  shortRetention: optional(flag()),
};
