import type { HttpCredential } from '../core/executor-config';
import { NotSentError } from './target-answer';

/** Where a credential stands in a request. */
interface CredentialParts {
  readonly headers?: Record<string, string>;
  /** Encoded, such as `api_key=…`. */
  readonly query?: string[];
}

/**
 * A credential as its target expects it.
 * @throws NotSentError if the value can't stand in a header
 */
export function credentialParts(credential: HttpCredential, value: string): CredentialParts {
  // A line break would end the header and begin another one. The error of a request would contain the value.
  if (credential.kind !== 'basic' && !/^[\x20-\x7e]+$/.test(value)) {
    throw new NotSentError(
      'The connector’s credential has a line break or another character that is not allowed in a header.',
    );
  }
  switch (credential.kind) {
    case 'bearer':
      return { headers: { authorization: `Bearer ${value}` } };
    case 'basic':
      return { headers: { authorization: `Basic ${Buffer.from(value).toString('base64')}` } };
    case 'header':
      return { headers: { [(credential.headerName ?? 'x-api-key').toLowerCase()]: value } };
    case 'query':
      return { query: [`${encodeURIComponent(credential.parameterName ?? 'api_key')}=${encodeURIComponent(value)}`] };
  }
}
