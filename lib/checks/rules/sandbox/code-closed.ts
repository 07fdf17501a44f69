import { codeSandboxesOf, executorsOfUnknownCode } from '../../facts/code-sandboxes';
import { openingsOfFunction } from '../../judge/closed-function';
import { neighboursOf } from '../../judge/closed-names';
import { openingsOfNetwork } from '../../judge/closed-network';
import { callersOfCode, rightsOfCode } from '../../judge/closed-role';
import type { Rule } from '../../rule';

/** Code that a model wrote runs there: it reads the role's credentials, and sends whatever it can wherever it can. */
export const codeClosed: Rule = {
  id: 'SandboxCodeClosed',
  pillar: 'sandbox',
  severity: 'fatal',
  holds:
    'A function that runs code of a model reaches nothing and may do nothing: a network without a way out and without a DNS resolver, a role that may only write its own log, one microVM a tenant, one caller, no secret, layer or file system. No other resource names its function, its role, its log or its network.',
  source:
    'Lambda Developer Guide, "Tenant isolation" and "Using source function ARN to control function access behavior"; Amazon VPC User Guide, "DNS attributes in your VPC"; NIST SP 800-53 SC-7(5), SC-39, SC-44; OWASP Top 10 for LLM Applications LLM05, LLM06; public reports on sandboxed code interpreters that leaked by DNS, S3 and role credentials (decision 38)',
  fix: 'Use CodeSandbox as it is, and remove what the message names. Give the code its data as inputs of the call, and take its files from the result.',
  *check(assembly) {
    const sandboxes = codeSandboxesOf(assembly);
    for (const executor of executorsOfUnknownCode(assembly)) {
      yield {
        resource: executor,
        property: 'Properties.Environment.Variables.CODE_SANDBOX_ARN',
        message: "can't be proven: the function that it runs code in isn't in the template",
      };
    }
    for (const sandbox of sandboxes) {
      yield* openingsOfFunction(assembly, sandbox.code);
      yield* openingsOfNetwork(assembly, sandbox);
      yield* rightsOfCode(assembly, sandbox);
      yield* callersOfCode(assembly, sandbox);
    }
    yield* neighboursOf(assembly, sandboxes);
  },
};
