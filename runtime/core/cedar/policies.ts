import { policySetTextToParts } from '@cedar-policy/cedar-wasm/nodejs';

export interface PolicyParts {
  /** Its name in decisions and denials. */
  readonly id: string;
  readonly tool: string;
  readonly connector: string;
  /** A Cedar expression on the call. */
  readonly when?: string;
}

/** A policy that puts one tool in scope. @throws Error if the condition isn't one Cedar expression */
export function allowPolicy(parts: PolicyParts): string {
  return policy('permit', parts);
}

/** A policy that lets one tool run without a person. @throws Error if the condition isn't one Cedar expression */
export function autoApprovePolicy(parts: PolicyParts): string {
  return policy('permit', parts);
}

/** A policy of the ask set that requires a person's approval. @throws Error if the condition isn't one Cedar expression */
export function askPolicy(parts: PolicyParts): string {
  return policy('forbid', parts);
}

function policy(effect: 'permit' | 'forbid', { id, tool, connector, when }: PolicyParts): string {
  const head = `@id(${JSON.stringify(id)})\n${effect} (principal, action == Action::${JSON.stringify(tool)}, resource == Connector::${JSON.stringify(connector)})`;
  if (when === undefined) return `${head};\n`;
  const text = `${head}\nwhen { ${when} };\n`;
  const parsed = policySetTextToParts(text);
  // A comment or a brace could end the clause early and begin another policy.
  const one = parsed.type === 'success' && parsed.policies.length === 1 && parsed.policy_templates.length === 0;
  if (!one || /\/\/|[{}]|;/.test(when.replace(/"(?:[^"\\]|\\.)*"/g, '""'))) {
    throw new Error(
      `The condition of "${id}" isn't one Cedar expression; write for example context.args.amountCents <= 50000`,
    );
  }
  return text;
}
