import type { HttpCredential } from '../core/executor-config';
import { NotSentError } from './target-answer';

/**
 * The header that carries a credential.
 * @throws NotSentError if the value can't stand in a header
 */
export function credentialHeader(credential: HttpCredential, value: string): Record<string, string> {
  // A line break would end the header and begin another one. The error of fetch would contain the value.
  if (credential.kind !== 'basic' && !/^[\x20-\x7e]+$/.test(value)) {
    throw new NotSentError(
      'The connector’s credential has a line break or another character that is not allowed in a header.',
    );
  }
  switch (credential.kind) {
    case 'bearer':
      return { authorization: `Bearer ${value}` };
    case 'basic':
      return { authorization: `Basic ${Buffer.from(value).toString('base64')}` };
    case 'query':
      throw new NotSentError('The connector’s credential belongs into a query, and this target takes headers only.');
    case 'header':
      return { [credential.headerName ?? 'x-api-key']: value };
  }
}
