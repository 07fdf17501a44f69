import { cedarSchemaFor } from '../../runtime/core/cedar/cedar-schema';
import { allowPolicy, askPolicy, autoApprovePolicy } from '../../runtime/core/cedar/policies';
import type { Manifest, ToolManifest } from '../../runtime/core/contracts';
import { sha256Hex } from '../../runtime/core/digest';

const LINKS = ['http://', 'https://', 'www.'];

/** What a deployment lets run without a person. */
export interface AskRules {
  /** Outbound and destructive calls that run without a person: none, all, or those of trusted targets (tainted or not). */
  readonly automatic: 'none' | 'all' | 'trusted targets';
  /** After untrusted content, a text to others that holds a link asks. */
  readonly linksAsk: boolean;
}

export interface ReplayedTool {
  readonly manifest: ToolManifest;
  /** Arguments with free text that other people will read. */
  readonly texts?: readonly string[] | undefined;
}

/** The manifest of a deployment whose sessions may use all of these tools. */
export function replayedManifest(connector: string, replayed: readonly ReplayedTool[], rules: AskRules): Manifest {
  const tools = replayed.map(({ manifest }) => manifest);
  const partsOf = ({ name }: ToolManifest) => ({ id: name, tool: name, connector });
  return {
    v: 1,
    policyVersion: sha256Hex(connector),
    tools,
    cedar: {
      deny: '',
      allow: tools.map((tool) => allowPolicy(partsOf(tool))).join(''),
      ask: replayed.map((tool) => askSetOf(tool, partsOf(tool.manifest), rules)).join(''),
      schema: cedarSchemaFor(tools),
    },
    approvalExpirySeconds: 1800,
    // Each call is decided on its own merits: no session is stopped in the middle of a replay.
    maxDenialsPerSession: 1_000_000,
    maxCallsPerSession: 1_000_000,
    // Nobody decides during a replay, so all of a session's requests wait.
    maxWaitingRequests: 1_000_000,
  };
}

function askSetOf(
  { manifest: { effect, schema }, texts = [] }: ReplayedTool,
  parts: { id: string; tool: string; connector: string },
  { automatic, linksAsk }: AskRules,
): string {
  if (effect === 'read' || effect === 'write') return '';
  const permit =
    automatic === 'none'
      ? ''
      : autoApprovePolicy({
          ...parts,
          id: `auto-${parts.id}`,
          ...(automatic === 'trusted targets' ? { when: 'context.provenance.trusted' } : {}),
        });
  if (!linksAsk || texts.length === 0) return permit;
  const required = new Set(schema.required as string[]);
  const holdsLink = texts.flatMap((name) =>
    LINKS.map(
      (link) => `${required.has(name) ? '' : `context.args has ${name} && `}context.args.${name} like "*${link}*"`,
    ),
  );
  const when = `context.session.taint && (${holdsLink.map((each) => `(${each})`).join(' || ')})`;
  return permit + askPolicy({ ...parts, id: `links-${parts.id}`, when });
}
