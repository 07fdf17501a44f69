import { mayLoad, problemOfLink } from './address';
import type { Scan } from './scan';

const ADDRESS = String.raw`((?:(?:https?|ftp):|\/\/)`;

interface Form {
  readonly what: string;
  /** Its first group is the address. */
  readonly pattern: RegExp;
}

const form = (what: string, before: string, after: string, flags = 'gi'): Form => ({
  what,
  pattern: new RegExp(`${before}${ADDRESS}${after}`, flags),
});

/** What loads an address in markup other than Markdown and HTML. */
const LOADING: readonly Form[] = [
  // Jira, Confluence, Textile and Redmine.
  form('an image', String.raw`(?<![\w!])!`, String.raw`[^\s!|]{1,4000})(?:\|[^!\n]{0,200})?!`),
  // BBCode.
  form(
    'an image',
    String.raw`\[(?:img|video|audio|youtube|media)\b[^\]\n]{0,200}\]\s{0,20}`,
    String.raw`[^\s[]{1,4000})`,
  ),
  // AsciiDoc and reStructuredText.
  form(
    'an image',
    String.raw`\b(?:image|video|audio|include|figure|literalinclude|raw)::?\s{0,20}`,
    String.raw`[^\s[]{1,4000})`,
  ),
  // MediaWiki, DokuWiki and programs for notes.
  form('an image', String.raw`(?:!\[\[|\{\{)\s{0,20}`, String.raw`[^\s\]}|]{1,4000})`),
  // PlantUML and Mermaid.
  form(
    'a diagram that loads a URL',
    String.raw`(?:!include(?:url|_many|_once)?\s{1,20}|<img:|@\{\s{0,20}img:\s{0,20}["']?)`,
    String.raw`[^\s>]{1,4000})`,
  ),
  // vCard and iCalendar.
  form('an image', String.raw`^(?:PHOTO|LOGO|SOUND|IMAGE)(?:;[^:\n]{0,200})?:`, String.raw`[^\s]{1,4000})`, 'gim'),
  // Fields of Word and RTF.
  form('an image', String.raw`\bINCLUDE(?:PICTURE|TEXT)\s{1,20}["“]?`, String.raw`[^\s"”]{1,4000})`),
];

/** Commands of TeX and MathJax that only show or link their argument. */
const LINKING_COMMANDS = new Set(['href', 'url', 'nolinkurl', 'hyperref']);
const INERT_COMMANDS = new Set(
  'text texttt textbf textit emph footnote cite caption title author thanks mbox verb path mathrm mathtt section subsection item tag label ref'.split(
    ' ',
  ),
);
const COMMAND =
  /\\([a-z]{2,30})\*?\s{0,5}(?:\[[^\]\n]{0,300}\]\s{0,5})?\{\s{0,20}"?((?:[a-z][a-z0-9+.-]{1,20}:|[\\/]{2})[^{}\n]{1,4000})\}?/gi;
/** These run a program, or change how a page looks and what it loads. */
const ACTING_COMMAND =
  /\\(?:write18|directlua|ShellEscape|input\s{0,5}\{?\s{0,5}["|]|html(?:Data|Style|Class|Id)\b)[^\n]{0,300}/g;

/** Finds images and programs in TeX and in the markup of wikis and forums. */
export function findOtherMarkup(scan: Scan): void {
  const { text, named } = scan;
  scan.read(text.length);
  for (const { what, pattern } of LOADING) {
    for (const { index, 0: found, 1: address = '' } of text.matchAll(pattern)) {
      if (!mayLoad(address, named)) scan.found(index, index + found.length, what);
    }
  }
  if (text.includes('\\')) findCommands(scan);
}

function findCommands(scan: Scan): void {
  const { text, named } = scan;
  for (const { index, 0: found } of text.matchAll(ACTING_COMMAND)) {
    scan.found(index, index + found.length, 'a command of TeX that runs a program');
  }
  for (const { index, 0: found, 1: name = '', 2: address = '' } of text.matchAll(COMMAND)) {
    const end = index + found.length;
    if (INERT_COMMANDS.has(name)) continue;
    if (LINKING_COMMANDS.has(name)) scan.found(index, end, problemOfLink(address, named));
    else if (!mayLoad(address, named)) scan.found(index, end, 'a command of TeX that loads a URL');
  }
}
