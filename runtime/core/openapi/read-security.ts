import type { JsonObject, JsonValue } from '../contracts';
import { isObject } from '../json/is-object';
import { type SecurityAlternative, type SecurityScheme, UnreadableApi } from './api-operation';
import { objectAt, own, shown, textAt } from './document-places';

/**
 * What authorizes an operation: its own `security`, else the document's.
 * @throws UnreadableApi if it names a scheme that the document doesn't describe
 */
export function readSecurity(document: JsonObject, operation: JsonObject): SecurityAlternative[] {
  const given = own(operation, 'security') ?? own(document, 'security');
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw new UnreadableApi('its "security" isn’t a list; correct the document');
  return given.map((alternative) => {
    if (!isObject(alternative))
      throw new UnreadableApi('its "security" has something that isn’t an object; correct the document');
    return Object.keys(alternative).map((name) => readScheme(document, name));
  });
}

function readScheme(document: JsonObject, name: string): SecurityScheme {
  const schemes = own(own(document, 'components'), 'securitySchemes');
  const scheme = objectAt(document, own(schemes, name), `the security scheme "${shown(name)}"`);
  const type = textAt(scheme, 'type') ?? '';
  return { name, type: shown(type), ...kindOf(type, scheme) };
}

function kindOf(type: string, scheme: JsonValue): Pick<SecurityScheme, 'kind' | 'parameter'> {
  if (type === 'http') {
    const spelled = textAt(scheme, 'scheme')?.toLowerCase();
    return { kind: spelled === 'bearer' || spelled === 'basic' ? spelled : 'other' };
  }
  // Their tokens travel like those of `bearer` (RFC 6750), but somebody has to fetch them.
  if (type === 'oauth2' || type === 'openIdConnect') return { kind: 'token' };
  const parameter = textAt(scheme, 'name');
  const place = textAt(scheme, 'in');
  if (type === 'apiKey' && parameter !== undefined && (place === 'header' || place === 'query'))
    return { kind: place, parameter };
  return { kind: 'other' };
}
