import { functionsCalledBy } from '../checks/facts/gate-apis';
import { type Assembly, describe, memberOf, Reference, type Resource, textOf, type Value } from '../template';
import { accountOf, arnOf, type Spelling } from '../template/iam/arn';
import { apiArn } from '../template/iam/asked';
import { resourcePolicyOf } from '../template/iam/resource-policies';
import { RIGHTS } from './rights';
import type { RuntimeParts } from './runtime-parts';
import { gapOfService } from './service-requests';

/** A service that invokes a function of the runtime: for a method of an API, or for a rule. */
interface Invocation {
  readonly called: Resource;
  /** `/v1/GET/tools` of an API. */
  readonly route?: { readonly api: Resource; readonly path: string };
  readonly service: string;
  /** For messages: `GET /tools`. */
  readonly what: string;
  /** The value of `aws:SourceArn`. */
  readonly source: Value;
}

/**
 * Methods and rules that call a function of the runtime which doesn't certainly admit them.
 *
 * Source: Lambda Developer Guide, "Granting Lambda function access to AWS services"; API Gateway Developer Guide, "Control
 * access to a REST API with IAM permissions" (the form of the ARN that it sends).
 */
export function lackingInvocations(assembly: Assembly, parts: RuntimeParts, spelling: Spelling): string[] {
  const byMethods = invocationsByMethods(assembly);
  const refused = [...byMethods, ...invocationsByRules(assembly)].flatMap(({ called, service, what, source }) => {
    const part = parts.ofWorkload(called);
    if (part === undefined) return [];
    const request = {
      service,
      action: 'lambda:InvokeFunction',
      resource: arnOf(called),
      account: accountOf(called),
      sends: { 'aws:SourceArn': source, 'aws:SourceAccount': accountOf(called) },
    };
    return gapOfService(request, resourcePolicyOf(assembly, called), spelling, 'resource policy', called.path).map(
      ({ layer, detail }) =>
        `${service} lacks lambda:InvokeFunction on the ${part.label} for ${what}: ${layer}: ${detail}`,
    );
  });
  return [...missingMethods(assembly, parts, byMethods), ...refused];
}

/** Methods that the agent, the approvers and the operators call, and that no stage of an API has. */
function missingMethods(assembly: Assembly, parts: RuntimeParts, found: readonly Invocation[]): string[] {
  return (['agent', 'approver', 'operator'] as const).flatMap((kind) =>
    RIGHTS[kind].flatMap(({ on }) => {
      const [, place, path = ''] = /^\{(gate API|desk API|operator API)\}(\/.+)$/.exec(String(on)) ?? [];
      return assembly
        .ofType('AWS::ApiGateway::RestApi')
        .filter((api) => place !== undefined && parts.placeOf(api) === place)
        .filter((api) => !found.some(({ route }) => route?.api === api && route.path === path))
        .map((api) => `the ${kind} lacks ${path} of the ${place}: method: no deployed method of ${api.path} has it`);
    }),
  );
}

function invocationsByMethods(assembly: Assembly): Invocation[] {
  return assembly.ofType('AWS::ApiGateway::Method').flatMap((method): Invocation[] => {
    const [api] = method.property('RestApiId').flatMap(({ value }) => assembly.find(value) ?? []);
    if (api === undefined) return [];
    const verb = method.property('HttpMethod')[0]?.value;
    const path = pathOf(assembly, method.property('ResourceId')[0]?.value) || '/';
    const stages = assembly
      .ofType('AWS::ApiGateway::Stage')
      .filter((stage) => stage.property('RestApiId').some(({ value }) => assembly.find(value) === api))
      .map((stage) => describe(stage.property('StageName')[0]?.value));
    return functionsCalledBy(assembly, method).flatMap((called) =>
      stages.map((stage) => {
        const route = `/${stage}/${describe(verb)}${path.replace(/\{[^}]*\}/g, '*')}`;
        return {
          called,
          route: { api, path: route },
          service: 'apigateway.amazonaws.com',
          what: `${describe(verb)} ${path}`,
          source: textOf([...apiArn(api), route]),
        };
      }),
    );
  });
}

/** `/requests/{id}` of a resource of an API. Resources that are below each other have no path that AWS would take. */
function pathOf(assembly: Assembly, resource: Value, below: readonly Resource[] = []): string {
  const found = assembly.find(resource);
  if (found?.type !== 'AWS::ApiGateway::Resource' || below.includes(found)) return '';
  const parent = pathOf(assembly, found.property('ParentId')[0]?.value, [...below, found]);
  return `${parent}/${describe(found.property('PathPart')[0]?.value)}`;
}

function invocationsByRules(assembly: Assembly): Invocation[] {
  return assembly.ofType('AWS::Events::Rule').flatMap((rule) =>
    rule
      .items('Targets')
      .flatMap(({ value }) => assembly.find(memberOf(value, 'Arn')) ?? [])
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map((called) => ({
        called,
        service: 'events.amazonaws.com',
        what: rule.path,
        source: new Reference(rule.template.name, rule.logicalId, 'Arn'),
      })),
  );
}
