import { checkAssembly } from '../../../lib/checks/check-assembly';
import { RULES } from '../../../lib/checks/rules';
import { Assembly } from '../../../lib/template';
import { parseTemplate } from '../../../lib/template/model/template-text';
import { parseYaml } from '../../../lib/template/model/yaml';

/** A role that may call a model, and do what the statements allow. */
export function agentRole(...statements: string[]): string {
  const all = [
    "{ Effect: Allow, Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/m' }",
    ...statements,
  ];
  return `
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies: [{ PolicyName: p, PolicyDocument: { Statement: [${all.join(', ')}] } }]`;
}

/** Findings of one rule on resources in YAML, as `severity LogicalId Property: message`; of errors without their severity. */
export function yamlLines(ruleId: string, resources: string, around = ''): string[] {
  const { body } = parseTemplate(`${around}\nResources:${resources}\n`, parseYaml);
  const rules = RULES.filter(({ id }) => id === ruleId);
  const { findings } = checkAssembly(Assembly.of({ name: 't.yaml', body }), rules);
  return findings.map(
    ({ severity, resource, property, message }) =>
      `${severity === 'error' ? '' : `${severity} `}${resource} ${property}: ${message}`,
  );
}
