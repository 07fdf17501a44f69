import { checkAssembly } from '../../../../../lib/checks/check-assembly';
import { GateMode } from '../../../../../lib/gate/gate-mode';
import { Assembly } from '../../../../../lib/template';
import type { JsonObject } from '../../../../../runtime/core/contracts';
import { AgentStack } from '../../../agent-stack';
import { linesOf, UNKNOWN_PARAMETER } from '../../check-template';

const gate = (mode: JsonObject[string]): JsonObject => ({
  Gate: { Type: 'AWS::Lambda::Function', Metadata: { 'hardened-agent:gate-mode': mode }, Properties: {} },
});

describe('GateEnforces', () => {
  test('finds nothing where no gate says that it only logs', () => {
    expect(linesOf('GateEnforces', { Gate: { Type: 'AWS::Lambda::Function', Properties: {} } })).toEqual([]);
    expect(linesOf('GateEnforces', gate('ENFORCE'))).toEqual([]);
  });

  test('finds a gate that only logs', () => {
    expect(linesOf('GateEnforces', gate('LOG_ONLY'))).toEqual([
      'Gate Metadata.hardened-agent:gate-mode: this gate only logs: calls that no policy allows, or that need an approval, still run',
    ]);
  });

  test.each([[{ Ref: 'Unknown' }], ['log_only'], [{}], [null]])('can’t prove anything of the mode %j', (mode) => {
    expect(linesOf('GateEnforces', gate(mode), UNKNOWN_PARAMETER)).toEqual([
      "Gate Metadata.hardened-agent:gate-mode: can't be proven: the template doesn't say whether this gate enforces",
    ]);
  });

  test.each([
    [GateMode.LOG_ONLY, 1],
    [GateMode.ENFORCE, 0],
    [undefined, 0],
  ])('reads the mode %s of a runtime from its template', (mode, count) => {
    const made = new AgentStack();
    made.withRuntime(mode === undefined ? {} : { mode });
    const body = made.template().toJSON() as JsonObject;
    const { findings } = checkAssembly(Assembly.of({ name: 'Stack.template.json', body }));
    const found = findings.filter(({ ruleId }) => ruleId === 'GateEnforces');
    expect(found.map(({ severity }) => severity)).toEqual(Array(count).fill('error'));
  });
});
