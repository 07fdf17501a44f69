/**
 * The id of an acknowledgement as it is written into Metadata. An id may hold a pseudo parameter, such as the ARN of an AWS managed policy.
 * CloudFormation leaves `${AWS::Partition}` in Metadata alone, but cfn-lint takes it for a reference that lacks its `Fn::Sub` (E1029).
 * @internal
 */
export function writtenId(id: string): string {
  return id.replaceAll(/\$\{(AWS::\w+)\}/g, '<$1>');
}

/** The id that was written. Ids that people write by hand may have either form. @internal */
export function readId(written: string): string {
  return written.replaceAll(/<(AWS::\w+)>/g, (_, name: string) => `\${${name}}`);
}
