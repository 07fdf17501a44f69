import { deployed, ofType, type Template } from './template-values';

/** A request on its way through an endpoint. */
export interface EndpointRequest {
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  /** Left out where the service doesn't say it. */
  readonly resourceAccount?: string;
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: unknown;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** The policy of a service's endpoint, as deployed. */
export function endpointPolicy(template: Template, service: string): Statement[] {
  const endpoints = ofType(template, 'AWS::EC2::VPCEndpoint').filter(([, { Properties }]) =>
    String(deployed(template, Properties.ServiceName)).endsWith(`.${service}`),
  );
  if (endpoints.length !== 1) throw new Error(`${endpoints.length} endpoints of ${service}`);
  const document = deployed(template, endpoints[0][1].Properties.PolicyDocument) as { Statement: Statement[] };
  return document.Statement;
}

/** Whether an endpoint policy lets a request through. Throws on anything it can't judge. */
export function passes(statements: Statement[], request: EndpointRequest): boolean {
  const matching = statements.filter((statement) => matches(statement, request));
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

function matches(statement: Statement, request: EndpointRequest): boolean {
  if (JSON.stringify(statement.Principal) !== '{"AWS":"*"}')
    throw new Error('a principal that this evaluator does not judge');
  const like = (patterns: string | string[], text: string) =>
    listOf(patterns).some((pattern) => wildcard(pattern).test(text));
  return (
    like(statement.Action, request.action) &&
    like(statement.Resource, request.resource) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, listOf(values), contextOf(request)[key])),
    )
  );
}

function contextOf(request: EndpointRequest): Record<string, string | undefined> {
  return { 'aws:PrincipalArn': request.principalArn, 'aws:ResourceAccount': request.resourceAccount };
}

function holds(operator: string, values: string[], actual: string | undefined): boolean {
  if (actual === undefined) return false;
  if (operator === 'StringEquals') return values.includes(actual);
  if (operator === 'ArnEquals') return values.some((value) => wildcard(value).test(actual));
  throw new Error(`unknown operator ${operator}`);
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
}

function listOf(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}
