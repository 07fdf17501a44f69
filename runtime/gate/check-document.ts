import type { NamedDocument } from '../core/contracts';
import { Denied } from '../core/denied';
import type { KnownCall } from './call-record';

/** @throws Denied if the call asks for a document that its session wasn't given */
export function checkDocument({ tool, args, session }: Pick<KnownCall, 'tool' | 'args' | 'session'>): void {
  if (tool.documents === undefined) return;
  const readable = (session.documents ?? []).filter((document) => document.tool === tool.name);
  if (readable.some(({ name }) => name === args.name)) return;
  throw new Denied('OUT_OF_SCOPE', {
    reason: 'No document of that name was given to this session.',
    allowed: `Documents of this session that ${tool.name} reads: ${readable.map(({ name }) => name).join(', ') || 'none'}.`,
  });
}

/** What the agent is told of its documents. Their names can hold nothing but a word. */
export function documentsLine(documents: readonly NamedDocument[]): string {
  const named = documents.map(({ name, tool }) => `${name} (${tool})`).join(', ');
  return `Documents of this session, each with the tool that reads it: ${named}. Long ones have several parts.`;
}
