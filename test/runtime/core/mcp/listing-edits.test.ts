import { differencesOf } from '../../../../runtime/core/mcp/differences-of';
import { normalizeDefinition, pinOf } from '../../../../runtime/core/mcp/normalize-definition';
import type { ToolDefinition } from '../../../../runtime/core/mcp/tool-definition';
import { fc } from '../../../seed';
import { CHANGING, KEEPING, type ToolEdit } from './listing-edits';
import recorded from './recorded-listings.json';

/** Listings of the three servers of test/emulator/mcp.test.ts, as they came. */
const TOOLS = Object.entries(recorded).flatMap(([server, tools]) =>
  tools.map((tool) => [`${server}: ${tool.name}`, tool as unknown as ToolDefinition] as const),
);

/** Whether the executor would find that the tool isn't the reviewed one. */
function isDrift(pinned: ToolDefinition, listed: ToolDefinition): boolean {
  const reviewed = normalizeDefinition(pinned);
  const found = pinOf(listed, reviewed) !== pinOf(pinned);
  // What is found is also shown.
  expect(differencesOf(reviewed, normalizeDefinition(listed, reviewed)).length > 0).toBe(found);
  return found;
}

/** As the server would send it. */
const sent = (edit: ToolEdit, tool: ToolDefinition) => JSON.parse(JSON.stringify(edit(tool))) as ToolDefinition;

test('there are tools of three servers', () => {
  expect(Object.keys(recorded)).toHaveLength(3);
  expect(TOOLS.length).toBeGreaterThan(10);
});

test.each(TOOLS)('%s: drift missed 0, false drift 0', (_, tool) => {
  const missed = Object.entries(CHANGING).filter(([, edit]) => !isDrift(tool, sent(edit, tool)));
  const falseDrift = Object.entries(KEEPING).filter(([, edit]) => isDrift(tool, sent(edit, tool)));
  expect({ missed: missed.map(([what]) => what), falseDrift: falseDrift.map(([what]) => what) }).toEqual({
    missed: [],
    falseDrift: [],
  });
});

test('edits one after the other are drift if one of them is', () => {
  const names = [...Object.keys(CHANGING), ...Object.keys(KEEPING), ...Object.keys(KEEPING), ...Object.keys(KEEPING)];
  const edits = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...TOOLS), edits, ([, tool], chosen) => {
      const all = { ...CHANGING, ...KEEPING };
      const edited = chosen.reduce((each, name) => sent(all[name] ?? ((same) => same), each), tool);
      const changing = new Set(chosen.filter((name) => name in CHANGING));
      // Two changes may undo each other, such as a word added in upper case, and a hint turned twice.
      if (changing.size <= 1 && chosen.filter((name) => name in CHANGING).length <= 1) {
        expect(isDrift(tool, edited)).toBe(changing.size === 1);
      }
    }),
  );
});
