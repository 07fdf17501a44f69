import type { Pillar, Rule } from '../lib/checks/rule';
import { RULES } from '../lib/checks/rules';

/** Relative to the project's root. */
export const RULES_DOCUMENT = 'docs/rules.md';

/** What stands before it is written by hand, and stays. */
const BEGINS = '<!-- From here on, `npm run rules-document` writes this page from the rules in lib/checks/rules. -->\n';

const HEADINGS: { readonly [pillar in Pillar]: string } = {
  network: 'Network isolation',
  sandbox: 'Sandbox',
  'least-privilege': 'Least privilege',
  secrets: 'Secrets',
  gate: 'Gate and approvals',
  audit: 'Audit',
  template: 'The template itself',
};

/** The page with what the rules say of themselves now. @throws Error where the page lacks the line at which that begins */
export function rulesDocument(page: string): string {
  const [introduction, written] = page.split(BEGINS);
  if (introduction === undefined || written === undefined)
    throw new Error(`${RULES_DOCUMENT} lacks the line ${BEGINS}`);
  const pillars = Object.keys(HEADINGS) as Pillar[];
  return [`${introduction}${BEGINS}`, ...pillars.map(sectionOf)].join('\n');
}

function sectionOf(pillar: Pillar): string {
  const rules = RULES.filter((rule) => rule.pillar === pillar);
  return [`## ${HEADINGS[pillar]}\n`, ...rules.map(entryOf)].join('\n');
}

function entryOf({ id, severity, holds, fix, source, lists, insecure, secure }: Rule): string {
  return `### ${id} (${severity})

${holds}

- Fix: ${fix}
- Source: ${source}
- In published lists: ${lists.join(', ')}

<details><summary>A template that breaks it, and one that doesn’t</summary>

This breaks it:

\`\`\`yaml
${insecure.trim()}
\`\`\`

This doesn’t:

\`\`\`yaml
${secure.trim()}
\`\`\`

</details>
`;
}
