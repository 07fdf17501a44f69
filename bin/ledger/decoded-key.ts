/**
 * A key of a listing that asked for `EncodingType: url`. Without it, one key with a control character makes the whole
 * listing unreadable, because XML 1.0 has no such characters.
 *
 * Source: https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/s3/aws.sdk.kotlin.services.s3.model/-encoding-type
 */
export function decodedKey(key: string, { EncodingType }: { readonly EncodingType?: string }): string {
  return EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
}
