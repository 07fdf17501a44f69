import { checkAssembly } from '../../../../lib/checks/check-assembly';
import type { Rule } from '../../../../lib/checks/rule';
import { RULES } from '../../../../lib/checks/rules';
import { Assembly } from '../../../../lib/template';
import { parseTemplate } from '../../../../lib/template/model/template-text';
import { parseYaml } from '../../../../lib/template/model/yaml';

function findingsIn(rule: Rule, text: string): string[] {
  const { body } = parseTemplate(text, parseYaml);
  const { findings } = checkAssembly(Assembly.of({ name: 'T.yaml', body, text }), [rule]);
  return findings.map(({ ruleId, property, message }) => `${ruleId} ${property}: ${message}`);
}

test.each(RULES)('$id finds something in its insecure example, and nothing in its secure one', (rule) => {
  expect(findingsIn(rule, rule.insecure)).not.toEqual([]);
  expect(findingsIn(rule, rule.secure)).toEqual([]);
});
