import { Denied } from '../core/denied';
import type { KnownCall } from './call-record';
import type { GateParts } from './gate-parts';

/** @throws Denied if the arguments are too large or don't fit the tool's schema */
export function checkArguments(
  { tool, args, argumentsText }: KnownCall,
  { schemas }: Pick<GateParts, 'schemas'>,
): void {
  if (Buffer.byteLength(argumentsText) > tool.limits.maxArgumentBytes) {
    throw new Denied('TOO_LARGE', {
      reason: `The arguments of ${tool.name} exceed ${tool.limits.maxArgumentBytes} bytes.`,
    });
  }
  const valid = schemas.validate(tool, args);
  if (!valid.ok) {
    throw new Denied('INVALID_ARGUMENTS', {
      reason: `The arguments of ${tool.name} don't fit its schema: ${valid.reason}.`,
      allowed: `The input schema of ${tool.name}, as listed.`,
    });
  }
}
