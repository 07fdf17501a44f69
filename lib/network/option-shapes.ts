import * as logs from 'aws-cdk-lib/aws-logs';
import { memberOf, optional, textOrToken } from '../private/props/shape';

/** @internal */
export const LOG_RETENTION = optional(
  memberOf<logs.RetentionDays>('logs.RetentionDays', logs.RetentionDays, 'ONE_YEAR'),
);

/** @internal */
export const PREFIX_LIST_IDS = {
  s3PrefixListId: optional(textOrToken('pl-6da54004')),
  dynamoDbPrefixListId: optional(textOrToken('pl-6fa54006')),
};
