import type { Finding } from '../../../bin/preflight/finding';
import type { PreflightCheck, PreflightClients } from '../../../bin/preflight/preflight-check';
import { Target } from '../../../bin/preflight/target';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';

export const ENVIRONMENT = { account: '111122223333', partition: 'aws', region: 'eu-west-1' };
export const TEMPLATE = 'Support.template.json';

/** Answers by the name of the command: `GetParameterCommand`. An error is thrown. */
export type Answers = { readonly [command: string]: object | ((input: never) => object) };

/** What every answer of the SDK has. */
export const META = { $metadata: { httpStatusCode: 200 } };

/** An error as the SDK throws it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

/** Clients of an account that gives these answers. Any other question fails the test. */
export function fakeClients(answers: Answers, downloads: { readonly [url: string]: string } = {}) {
  const asked: { readonly command: string; readonly input: object }[] = [];
  const send = async (command: { readonly input: object }) => {
    const { name } = command.constructor;
    asked.push({ command: name, input: command.input });
    const given = answers[name];
    if (given === undefined) throw new ReferenceError(`${name} has no answer here`);
    const answer = typeof given === 'function' ? (given as (input: object) => object)(command.input) : given;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const one = { send, config: { region: async () => ENVIRONMENT.region } };
  const names = [
    ...['apiGateway', 'bedrock', 'cloudFormation', 'cloudTrail', 'ec2', 'ecr', 'eventBridge', 'iam', 'lambda', 'logs'],
    ...['secretsManager', 'serviceQuotas', 'ssm', 'sts'],
  ];
  const clients = {
    ...Object.fromEntries(names.map((name) => [name, one])),
    download: async (url: string) => downloads[url],
  } as unknown as PreflightClients;
  return { asked, clients };
}

/** What a check says of some resources in this account. `deployed` has physical ids by logical id. */
export async function findingsOf(
  check: PreflightCheck,
  body: { readonly Resources?: object } & object,
  answers: Answers,
  more: {
    readonly deployed?: { readonly [logicalId: string]: string };
    readonly downloads?: { readonly [url: string]: string };
  } = {},
): Promise<readonly Finding[]> {
  const deployed = new Map(
    Object.entries(more.deployed ?? {}).map(([id, physical]) => [`${TEMPLATE}#${id}`, physical]),
  );
  const assembly = Assembly.of({ name: TEMPLATE, body: { Resources: {}, ...body } as unknown as JsonObject });
  return check.run(new Target(assembly, ENVIRONMENT, deployed), fakeClients(answers, more.downloads).clients);
}

/** Verdicts and texts, for whole comparisons. */
export function verdicts(findings: readonly Finding[]): string[] {
  return findings.map(({ verdict, text }) => `${verdict}: ${text}`);
}
