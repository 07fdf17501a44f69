import * as iam from 'aws-cdk-lib/aws-iam';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import type { HardenedAgentRuntimeProps } from '../../../lib/hardened-agent-runtime-props';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';
import { AgentStack } from '../agent-stack';

/** Fatal findings on a runtime that is made with these options. */
function fatalFindings(options: (made: AgentStack) => Partial<HardenedAgentRuntimeProps>): string[] {
  const made = new AgentStack();
  made.withRuntime(options(made));
  const body = made.template().toJSON() as JsonObject;
  return checkAssembly(Assembly.of({ name: 'Stack.template.json', body }))
    .findings.filter(({ severity }) => severity === 'fatal')
    .map(({ ruleId, path, message }) => `${ruleId} ${path} ${message}`);
}

const roleFor = (made: AgentStack) =>
  new iam.Role(made.stack, 'BreakGlass', { assumedBy: new iam.AccountRootPrincipal() });

test.each<[string, (made: AgentStack) => Partial<HardenedAgentRuntimeProps>]>([
  ['no option', () => ({})],
  ['a role for emergencies', (made) => ({ ledger: { breakGlassRole: roleFor(made) } })],
  [
    'a role for emergencies that exists already',
    ({ stack }) => ({
      ledger: {
        breakGlassRole: iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/break-glass'),
      },
    }),
  ],
])('a runtime with %s breaks no rule that can’t be acknowledged', (_name, options) => {
  expect(fatalFindings(options)).toEqual([]);
});
