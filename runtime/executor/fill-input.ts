import type { InputValue } from '../core/aws-operation';
import type { JsonObject, JsonValue } from '../core/contracts';
import { canonicalize } from '../core/json/canonicalize';
import { type AwsCall, callText } from './aws-call';
import { NotSentError } from './target-answer';

/** The longest name of an execution, and the shortest of such limits. The end of a request id is what differs. */
const LONGEST_ID = 80;

/** The input of a command, from what synthesis declared and from the call. Members without a value are left out. */
export function fillInput(members: { readonly [name: string]: InputValue }, call: AwsCall): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, member]): [string, JsonValue][] => {
      const value = filled(member, call);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function filled(value: InputValue, call: AwsCall): JsonValue | undefined {
  switch (value.is) {
    case 'constant':
      return value.value;
    case 'argument':
      return argumentOf(call, value.name);
    case 'text': {
      const argument = argumentOf(call, value.name);
      return argument === undefined || typeof argument === 'string' ? argument : canonicalize(argument);
    }
    case 'call':
      return callText(call);
    case 'requestId':
      return call.requestId.slice(-LONGEST_ID);
    case 'sessionId':
      return call.sessionId;
    case 'resource':
      return call.resource;
    case 'resourceName':
      return nameIn(call.resource).name;
    case 'objectKey':
      return nameIn(call.resource).key;
    case 'queueUrl':
      return queueUrl(call.resource);
    case 'object': {
      const object = fillInput(value.members, call);
      // `{ S: <an argument that was left out> }` says nothing, so it is left out too.
      return Object.keys(object).length === 0 && Object.keys(value.members).length > 0 ? undefined : object;
    }
    case 'list':
      return value.items.flatMap((item) => filled(item, call) ?? []);
  }
}

function argumentOf({ args }: AwsCall, name: string): JsonValue | undefined {
  return Object.hasOwn(args, name) ? args[name] : undefined;
}

/** `bucket/key`, `table/NAME`, `stateMachine:NAME` or `NAME`. */
function nameIn(arn: string): { readonly name: string; readonly key: string } {
  const [, , service, , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  const end = resource.search(/[/:]/);
  const [before, after] = end < 0 ? [resource, ''] : [resource.slice(0, end), resource.slice(end + 1)];
  return service === 's3' ? { name: before, key: after } : { name: end < 0 ? before : after, key: '' };
}

/** Source: Amazon SQS Developer Guide, "Queue URLs". */
function queueUrl(arn: string): string {
  const [, partition, , region, account, name] = arn.split(':');
  if (!region || !account || !name) throw new NotSentError('The connector’s queue has no ARN.');
  return `https://sqs.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/${account}/${name}`;
}
