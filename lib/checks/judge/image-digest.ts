import { describe, piecesOf, type Value } from '../../template/index';

/** `repository@sha256:…`, or an asset of CDK: its tag is a content hash, in a repository with immutable tags. */
export function endsInDigest(image: Value): boolean {
  const last = piecesOf(image)?.at(-1);
  if (typeof last !== 'string') return false;
  return (
    /@sha256:[0-9a-f]{64}$/.test(last) || (/:[0-9a-f]{64}$/.test(last) && describe(image).includes('container-assets-'))
  );
}
