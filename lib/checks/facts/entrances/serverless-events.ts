import type { JsonValue } from '../../../../runtime/core/contracts';
import {
  type Assembly,
  isObject,
  isTrue,
  listOf,
  memberOf,
  type Resource,
  Unresolved,
  type Value,
} from '../../../template/index';
import type { Entrance } from './entrance';

/** Events of SAM that are calls of an API: the property with their API, its type, and the section of the Globals for one that SAM makes. */
const API_EVENTS: { readonly [type: string]: readonly [id: string, section: string] } = {
  Api: ['RestApiId', 'Api'],
  HttpApi: ['ApiId', 'HttpApi'],
};

/** An event of a function or state machine of SAM by which it is called. */
export interface ApiEvent {
  readonly of: Resource;
  readonly property: string;
  /** The API that it names; undefined for one that SAM makes, or that isn't in the template. */
  readonly api: Resource | undefined;
  /** What the API says of its callers. */
  readonly ofApi: Value;
  readonly own: Value;
  readonly assuming: readonly string[];
}

/** The events of SAM by which an API calls something. */
export function apiEventsOf(assembly: Assembly): readonly ApiEvent[] {
  return assembly
    .ofType('AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine')
    .flatMap((of) =>
      'Events' in of.properties
        ? of
            .property('Events')
            .flatMap(({ value, assuming }) =>
              Object.entries(isObject(value) ? value : {}).flatMap(([name, event]) =>
                apiEvent(assembly, { of, name, event, assuming }),
              ),
            )
        : [],
    );
}

function apiEvent(
  assembly: Assembly,
  { of, name, event, assuming }: { of: Resource; name: string; event: Value; assuming: readonly string[] },
): ApiEvent[] {
  const [id, section] = API_EVENTS[String(memberOf(event, 'Type'))] ?? [];
  if (id === undefined || section === undefined) return [];
  const named = memberOf(event, 'Properties', id);
  const api = assembly.find(named);
  const property = `Properties.Events.${name}`;
  const own = memberOf(event, 'Properties', 'Auth');
  const base = { of, property, api, own, assuming };
  if (named === undefined) return [{ ...base, ofApi: globalAuth(of, section) }];
  if (api === undefined) return [{ ...base, ofApi: new Unresolved(name, property, "the API isn't in the template") }];
  const isPrivate = ['Type', 'Types']
    .flatMap((member) => api.property('EndpointConfiguration', member))
    .some(({ value }) => listOf(value).includes('PRIVATE'));
  if (isPrivate || !api.type.startsWith('AWS::Serverless::')) return [];
  return api.property('Auth').map((auth) => ({
    ...base,
    ofApi: auth.value ?? globalAuth(of, section),
    assuming: [...assuming, ...auth.assuming],
  }));
}

/** SAM gives the Globals to the APIs that it makes, and to those of the template. */
function globalAuth({ template }: Resource, section: string): Value {
  const globals = template.source.body.Globals as JsonValue | undefined;
  const [first] = template.resolve(globals, 'Globals');
  return memberOf(first?.value, section, 'Auth');
}

/** Events that call something for anybody. Where the API says who calls, an event may still leave it out. */
export function* serverlessEntrances(assembly: Assembly): Generator<Entrance> {
  for (const event of apiEventsOf(assembly)) {
    const message = openness(event);
    if (message === undefined) continue;
    yield { resource: event.of, property: event.property, reaches: [event.of], message, assuming: event.assuming };
  }
}

/** Why an event is open; undefined where somebody is asked who calls, or where the API itself is open. */
function openness({ api, own, ofApi }: ApiEvent): string | undefined {
  const authorizer = memberOf(own, 'Authorizer');
  if (authorizer === 'NONE') return 'anybody may call it: the event leaves the authorizer of its API out';
  if (isDemanding(own, 'Authorizer') || ofApi instanceof Unresolved || isDemanding(ofApi, 'DefaultAuthorizer'))
    return undefined;
  // The rule names the API itself.
  if (api !== undefined && memberOf(ofApi, 'Authorizers') === undefined) return undefined;
  if ([own, ofApi].some((auth) => isTrue(memberOf(auth, 'ApiKeyRequired')))) {
    return 'whoever has seen the key, which callers share, may call it: an API key is no name';
  }
  return 'anybody may call it: neither the event nor its API has an authorizer';
}

/** Whether an event, or an API, says who calls. */
export function isDemanding(auth: Value, authorizer: 'Authorizer' | 'DefaultAuthorizer'): boolean {
  return (
    auth instanceof Unresolved || [authorizer, 'ResourcePolicy'].some((member) => memberOf(auth, member) !== undefined)
  );
}
