import { RULES } from '../../../../lib/checks/rules';

/** One spelling for each list, because readers and other programs search for the ids. */
const SPELLINGS = [
  /^ASI(0[1-9]|10)$/,
  /^LLM(0[1-9]|10):2025$/,
  /^MCP(0[1-9]|10):2025$/,
  /^NIST SP 800-53 [A-Z]{2}-\d{1,2}(\(\d{1,2}\))?$/,
  /^CIS AWS \d\.\d{1,2}(\.\d{1,2})?$/,
];

test.each(RULES)('$id names its ids in published lists, each once and spelled alike', ({ lists }) => {
  expect(lists.length).toBeGreaterThan(0);
  expect(new Set(lists).size).toBe(lists.length);
  expect(lists.filter((id) => !SPELLINGS.some((spelling) => spelling.test(id)))).toEqual([]);
});
