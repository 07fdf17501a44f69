/** What the service of a resource needs of the resource's key when a connector uses it. */
export function keyActionsFor(action: string): readonly string[] {
  if (/^(sqs:SendMessage|sns:Publish)$/.test(action)) return ['kms:GenerateDataKey', 'kms:Decrypt'];
  if (action === 's3:PutObject') return ['kms:GenerateDataKey'];
  return /^(s3:GetObject(Version)?|dynamodb:(Get|Put|Update|Delete)Item|dynamodb:Query|sqs:ReceiveMessage)$/.test(
    action,
  )
    ? ['kms:Decrypt']
    : [];
}
