import * as ecr from 'aws-cdk-lib/aws-ecr';
import { CodeSandbox, CodeSandboxImage, Effect, HttpMethod, OutputSchema } from '../../../lib';
import type { ExecutorConfig } from '../../../runtime/core/executor-config';
import { AgentStack, DIGEST, ID, inputOf } from '../agent-stack';
import { staged } from '../gate/staged';

test('its executor knows what the agent is shown of each tool’s result, and no other connector does', () => {
  const made = new AgentStack();
  const repository = new ecr.Repository(made.stack, 'CodeImages');
  const sandbox = new CodeSandbox(made.stack, 'Code', { image: CodeSandboxImage.fromEcrDigest(repository, DIGEST) });
  const output = { type: 'object', properties: { id: { type: 'string', maxLength: 10 } }, additionalProperties: false };
  const read = made.tickets.addTool('customers_read', {
    description: 'Read a customer',
    method: HttpMethod.GET,
    path: '/customers/{id}',
    input: inputOf({ id: ID }),
    output: OutputSchema.fromString(JSON.stringify(output)),
    effect: Effect.READ,
  });
  const agent = made.withRuntime({}, [made.tickets, sandbox]);
  agent.allow(sandbox.run);
  agent.allow(read);
  const { results = {} } = staged<ExecutorConfig>(made, 'CodeExecutorFunction', 'connector.json');
  expect(results.customers_read).toEqual(output);
  expect(results.run_python).toBeNull();
  const declared = [...made.tickets.tools, ...sandbox.tools].map(({ toolName }) => toolName);
  expect(Object.keys(results).sort()).toEqual(declared.sort());
  expect(staged<ExecutorConfig>(made, 'TicketsExecutorFunction', 'connector.json')).not.toHaveProperty('results');
});
