// Parts that the JSON Schemas of several contracts share.
import { CONTRACT_VERSION } from './words';

export const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;

export const timestamp = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$',
} as const;

export const identifier = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$' } as const;

/** Tool names that both MCP clients and Cedar entity ids accept. */
export const TOOL_NAME_PATTERN = '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$';

export const toolName = { type: 'string', pattern: TOOL_NAME_PATTERN } as const;

export const version = { const: CONTRACT_VERSION } as const;

export const closed = { type: 'object', additionalProperties: false } as const;
