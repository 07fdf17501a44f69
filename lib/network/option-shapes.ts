import * as logs from 'aws-cdk-lib/aws-logs';
import { flag, listOf, memberOf, optional, textOrToken } from '../private/props/shape';

/** @internal */
export const LOG_RETENTION = optional(
  memberOf<logs.RetentionDays>('logs.RetentionDays', logs.RetentionDays, 'ONE_YEAR'),
);

/** @internal */
export const PREFIX_LIST_IDS = {
  s3PrefixListId: optional(textOrToken('pl-6da54004')),
  dynamoDbPrefixListId: optional(textOrToken('pl-6fa54006')),
};

/** @internal */
export const MUTATION_PROTECTION = { dnsMutationProtection: optional(flag()) };

/** @internal */
export const AVAILABILITY_ZONES = optional(listOf(textOrToken('eu-west-1a'), "'eu-west-1a', 'eu-west-1b'"));
