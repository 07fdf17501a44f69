/**
 * What every executor of a connector does with its own role: it reads its session and its stops, and writes its log.
 * @internal
 */
export const CONNECTOR_ACTIONS: readonly string[] = [
  'dynamodb:GetItem',
  'dynamodb:UpdateItem',
  'kms:Decrypt',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  's3:GetObject',
];
