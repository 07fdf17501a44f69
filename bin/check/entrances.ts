import {
  type Assembly,
  isObject,
  isTrue,
  listOf,
  memberOf,
  type Resource,
  referencesIn,
  resourcesNamedBy,
  type Value,
} from '../../lib/template';
import { addTo } from './add-to';
import { kindAndNameOf } from './resource-names';

/** What reaches an agent: whose text it reads. */
export interface Entrance {
  /** `queue Tickets`, `anyone (function URL)` */
  readonly label: string;
  /** Anyone on the internet, without a signature. */
  readonly isOpen: boolean;
}

/** Reads who calls, from a resource that names the one that is called. */
type Reader = (caller: Resource, assembly: Assembly) => readonly Entrance[];

const byItself: Reader = (caller) => [closed(kindAndNameOf(caller))];

/**
 * Resources that call a workload, or let somebody call it. Each names the workload in one of its properties. Another resource that
 * names it says nothing about who calls.
 */
const CALLERS: { readonly [type: string]: Reader } = {
  'AWS::ApiGateway::Method': ofMethod,
  'AWS::ApiGatewayV2::Integration': ofIntegration,
  'AWS::ECS::Service': ofService,
  'AWS::Events::Rule': byItself,
  'AWS::Lambda::EventSourceMapping': (mapping, assembly) =>
    namedIn(mapping, assembly, 'EventSourceArn', 'an event source'),
  'AWS::Lambda::Permission': ofPermission,
  'AWS::Lambda::Url': (url) => [
    firstValueOf(url, 'AuthType') === 'NONE'
      ? { label: 'anyone (function URL)', isOpen: true }
      : closed('IAM callers (function URL)'),
  ],
  'AWS::Pipes::Pipe': (pipe, assembly) => namedIn(pipe, assembly, 'Source', kindAndNameOf(pipe)),
  'AWS::S3::Bucket': byItself,
  'AWS::SNS::Subscription': (subscription, assembly) => namedIn(subscription, assembly, 'TopicArn', 'a topic'),
  'AWS::SNS::Topic': byItself,
  'AWS::Scheduler::Schedule': byItself,
  'AWS::StepFunctions::StateMachine': byItself,
};

/** Other names of a workload, by which callers may call it. */
const NAMES_OF_WORKLOADS = ['AWS::Lambda::Alias', 'AWS::Lambda::Version', 'AWS::Serverless::Function'];

/** Finds what reaches the workloads of an assembly. */
export class Entrances {
  private readonly callers: ReadonlyMap<Resource, readonly Resource[]>;

  constructor(private readonly assembly: Assembly) {
    const callers = new Map<Resource, Resource[]>();
    for (const caller of assembly.ofType(...Object.keys(CALLERS), ...NAMES_OF_WORKLOADS)) {
      for (const named of resourcesNamedBy(assembly, caller)) addTo(callers, named, caller);
    }
    this.callers = callers;
  }

  /** What reaches a workload, as far as the template shows it: what is open to anyone first. */
  public into(workload: Resource): readonly Entrance[] {
    const called = [workload, ...this.callersOf(workload).filter(({ type }) => NAMES_OF_WORKLOADS.includes(type))];
    const all = [
      ...called
        .flatMap((each) => this.callersOf(each))
        .flatMap((caller) => CALLERS[caller.type]?.(caller, this.assembly) ?? []),
      ...fromEvents(workload, this.assembly),
      ...fromService(workload),
    ];
    const open = new Set(all.filter(({ isOpen }) => isOpen).map(({ label }) => label));
    const others = new Set(all.filter(({ isOpen }) => !isOpen).map(({ label }) => label));
    const isSaid = (label: string) => [...open].some((said) => said.includes(`(${label})`));
    return [
      ...[...open].map((label) => ({ label, isOpen: true })),
      ...[...others].filter((label) => !isSaid(label)).map(closed),
    ];
  }

  private callersOf(resource: Resource): readonly Resource[] {
    return this.callers.get(resource) ?? [];
  }
}

function closed(label: string): Entrance {
  return { label, isOpen: false };
}

function firstValueOf(resource: Resource, ...path: readonly (string | number)[]): Value {
  return resource.property(...path)[0]?.value;
}

/** What a property names, or, where it isn't in the template, other words for it. */
function namedIn(resource: Resource, assembly: Assembly, property: string, otherwise: string): Entrance[] {
  const found = resource.property(property).flatMap(({ value }) => referencesIn(value));
  const named = found.flatMap((reference) => assembly.find(reference) ?? []);
  return named.length === 0 ? [closed(otherwise)] : named.map((each) => closed(kindAndNameOf(each)));
}

function ofMethod(method: Resource, assembly: Assembly): Entrance[] {
  const needsNothing =
    firstValueOf(method, 'AuthorizationType') === 'NONE' && !isTrue(firstValueOf(method, 'ApiKeyRequired'));
  return apisOf(method, 'RestApiId', assembly).map((api) => {
    const isPublic =
      api.properties.Policy === undefined &&
      !listOf(firstValueOf(api, 'EndpointConfiguration', 'Types')).includes('PRIVATE');
    return through(api, needsNothing && isPublic);
  });
}

function ofIntegration(integration: Resource, assembly: Assembly): Entrance[] {
  const routes = assembly
    .ofType('AWS::ApiGatewayV2::Route')
    .filter((route) => resourcesNamedBy(assembly, route).includes(integration));
  const isOpen = routes.some((route) =>
    [undefined, 'NONE'].includes(firstValueOf(route, 'AuthorizationType') as undefined),
  );
  return apisOf(integration, 'ApiId', assembly).map((api) => through(api, isOpen));
}

function apisOf(part: Resource, property: string, assembly: Assembly): Resource[] {
  return part.property(property).flatMap(({ value }) => assembly.find(value) ?? []);
}

/** Who comes through an API or a load balancer: anyone, where it is open. */
function through(entry: Resource, isOpen: boolean): Entrance {
  const label = kindAndNameOf(entry);
  return isOpen ? { label: `anyone (${label})`, isOpen } : closed(label);
}

function ofPermission(permission: Resource, assembly: Assembly): Entrance[] {
  const principal = firstValueOf(permission, 'Principal');
  const source = firstValueOf(permission, 'SourceArn');
  const named = referencesIn(source).flatMap((reference) => assembly.find(reference) ?? []);
  if (named.length > 0) return named.map((each) => closed(kindAndNameOf(each)));
  if (principal === '*') return [ofAnyone(permission)];
  return typeof principal === 'string' && principal.endsWith('.amazonaws.com') ? [closed(principal)] : [];
}

const LIMITS = ['SourceArn', 'SourceAccount', 'PrincipalOrgID', 'EventSourceToken'];

function ofAnyone(permission: Resource): Entrance {
  const isLimited = LIMITS.some((member) => permission.properties[member] !== undefined);
  const byUrl = firstValueOf(permission, 'FunctionUrlAuthType');
  if (byUrl === 'NONE') return { label: 'anyone (function URL)', isOpen: true };
  return isLimited || byUrl !== undefined
    ? closed('callers of other accounts')
    : { label: 'anyone (permission to invoke)', isOpen: true };
}

/** Events of an AWS SAM function: the transform makes the callers at deployment. */
const SAM_EVENTS: { readonly [type: string]: string } = {
  Api: 'API',
  HttpApi: 'API',
  SQS: 'queue',
  SNS: 'topic',
  S3: 'bucket',
  Kinesis: 'stream',
  DynamoDB: 'table',
  Schedule: 'schedule',
  ScheduleV2: 'schedule',
  EventBridgeRule: 'event rule',
  CloudWatchEvent: 'event rule',
};

function fromEvents(workload: Resource, assembly: Assembly): Entrance[] {
  const events = workload.properties.Events;
  return Object.entries(isObject(events) ? events : {}).flatMap(([name, event]) => {
    const kind = SAM_EVENTS[String(memberOf(event, 'Type'))];
    if (kind === undefined) return [];
    const [source] = workload
      .property('Events', name, 'Properties')
      .flatMap(({ value }) => referencesIn(value))
      .flatMap((reference) => assembly.find(reference) ?? []);
    return [closed(source === undefined ? `${kind} ${name}` : kindAndNameOf(source))];
  });
}

/** A load balancer sends what it gets to the target group of a service. Without a scheme, it has public addresses. */
function ofService(service: Resource, assembly: Assembly): Entrance[] {
  const groups = service.items('LoadBalancers').map(({ value }) => assembly.find(memberOf(value, 'TargetGroupArn')));
  if (groups.length === 0) return [];
  const listeners = assembly
    .ofType('AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter((listener) =>
      groups.some((group) => group !== undefined && resourcesNamedBy(assembly, listener).includes(group)),
    );
  const balancers = listeners.flatMap((listener) => balancersOf(listener, assembly));
  if (balancers.length === 0) return [closed('a load balancer')];
  return balancers.map(({ balancer, isOpen }) => through(balancer, isOpen));
}

/** A listener's rule names its listener, which names the load balancer. Some actions let people sign in first. */
function balancersOf(listener: Resource, assembly: Assembly): { balancer: Resource; isOpen: boolean }[] {
  const named = resourcesNamedBy(assembly, listener);
  const above = named.filter(({ type }) => type === 'AWS::ElasticLoadBalancingV2::Listener');
  const signsIn = /authenticate-|jwt-validation/.test(JSON.stringify(listener.properties));
  return [...named, ...above.flatMap((each) => resourcesNamedBy(assembly, each))]
    .filter(({ type }) => type === 'AWS::ElasticLoadBalancingV2::LoadBalancer')
    .map((balancer) => {
      const scheme = firstValueOf(balancer, 'Scheme');
      return { balancer, isOpen: !signsIn && (scheme === undefined || scheme === 'internet-facing') };
    });
}

/** What AWS's own agents are called through. */
function fromService({ type, properties }: Resource): Entrance[] {
  if (type === 'AWS::Bedrock::Agent' || type === 'AWS::Bedrock::Flow') return [closed('IAM callers')];
  if (type !== 'AWS::BedrockAgentCore::Runtime') return [];
  return [closed(properties.AuthorizerConfiguration === undefined ? 'IAM callers' : 'callers with a token')];
}
