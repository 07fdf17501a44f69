/**
 * A key of a listing that asked for `EncodingType: url`. XML 1.0 has no control characters, and a key may have some: a parser
 * may refuse the whole listing, or change the key.
 *
 * Sources: https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/s3/aws.sdk.kotlin.services.s3.model/-encoding-type and
 * https://github.com/aws/aws-sdk-go/issues/1914. A space is `+`, as botocore's `decode_list_object` reads it.
 */
export function decodedKey(key: string, { EncodingType }: { readonly EncodingType?: string }): string {
  return EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
}
