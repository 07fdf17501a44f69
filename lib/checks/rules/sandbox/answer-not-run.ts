import { type Assembly, isTextual, type Resource } from '../../../template';
import { AGENT_ROLE } from '../../examples/agent-role';
import { runTextIn } from '../../facts/run-answers';
import { knownTextOf } from '../../facts/texts';
import { agentsOf } from '../../facts/workloads';
import { assumed } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Whoever writes the model's input then writes the code. */
export const answerNotRun: Rule = {
  id: 'SandboxAnswerNotRun',
  pillar: 'sandbox',
  severity: 'error',
  holds:
    'The code of a function that calls a model, where it stands in the template, runs no text as code or as a command of a shell: such a text may be the model’s answer.',
  source:
    'OWASP Top 10 for LLM Applications LLM05:2025 "Improper Output Handling"; OWASP Agentic Top 10 ASI05 "Unexpected Code Execution"; CWE-95, CWE-78; NIST SP 800-53 SI-10',
  fix: 'Read the answer as data (json.loads, ast.literal_eval), and choose among functions of your own by name. Run a model’s code only where it has no rights and no network, such as AgentCore’s code interpreter in mode SANDBOX or this library’s CodeSandbox.',
  lists: ['ASI05', 'LLM05:2025', 'NIST SP 800-53 SI-10'],
  insecure: template('exec(answer)'),
  secure: template('json.loads(answer)'),
  *check(assembly) {
    for (const agent of functionsOf(assembly)) yield* codeOffences(agent);
  },
};

function functionsOf(assembly: Assembly): ReadonlySet<Resource> {
  return new Set(agentsOf(assembly).flatMap(({ resource, kind }) => (kind === 'Lambda function' ? [resource] : [])));
}

function* codeOffences(agent: Resource): Generator<Offence> {
  for (const { value, assuming } of agent.property('Code', 'ZipFile')) {
    const found = isTextual(value) ? runTextIn(knownTextOf(value)) : undefined;
    if (found === undefined) continue;
    const message = `${found.what}, with the rights of the agent: ${found.call}`;
    yield { resource: agent, property: 'Properties.Code.ZipFile', message: assumed(message, assuming) };
  }
}

/** The smallest app that the rule speaks of. */
function template(use: string): string {
  return `Resources:
${AGENT_ROLE}  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Handler: index.handler
      Runtime: python3.13
      Code:
        ZipFile: |
          import json
          def handler(event, context):
              answer = ask(event['text'])
              return ${use}
`;
}
