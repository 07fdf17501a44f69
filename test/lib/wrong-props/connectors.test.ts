import { Duration, Lazy, Token } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { AwsOperation, Credential, Effect } from '../../../lib';
import { bucket, read, refuses, role, stack, table, tickets, vpc } from './members';

const SECRET = 'a secret, such as secretsmanager.Secret.fromSecretCompleteArn(…)';
const CREDENTIAL = "a Credential, such as Credential.bearer('tickets-api')";
const INPUT = "an InputSchema, such as InputSchema.fromFile('schemas/refund.json')";
const EFFECT = 'an Effect, such as Effect.READ';
const OPERATION = 'an AwsOperation, such as AwsOperation.s3GetObject(bucket)';

refuses('HttpConnector', [
  ['props', undefined, "is missing; it must be an object, such as { baseUrl: 'https://tickets.example.com' }."],
  [
    'props',
    'https://a.example.com',
    "must be an object, such as { baseUrl: 'https://tickets.example.com' }; got a string.",
  ],
  ['props.baseUrl', undefined, "is missing; it must be a string, such as 'https://tickets.example.com'."],
  [
    'props.baseUrl',
    new URL('https://a.example.com'),
    "must be a string, such as 'https://tickets.example.com'; got a URL.",
  ],
  ['props.baseUrl', 443, "must be a string, such as 'https://tickets.example.com'; got a number."],
  [
    'props.baseUrl',
    ['https://a.example.com'],
    "must be a string, such as 'https://tickets.example.com'; got an array.",
  ],
  ['props.credential', 'abc', `must be ${CREDENTIAL}; got a string.`],
  ['props.credential', { bearer: 'abc' }, `must be ${CREDENTIAL}; got a plain object.`],
  ['props.credential', null, `must be ${CREDENTIAL}; got null.`],
  ['props.credential', '', `must be ${CREDENTIAL}; got an empty string.`],
  ['props.credential', Credential, `must be ${CREDENTIAL}; got the class Credential itself.`],
  [
    'props.credentials',
    Credential.bearer('a'),
    "must be an array, such as [BoundCredential.forReads(Credential.bearer('tickets-read'))]; got a Credential.",
  ],
  [
    'props.credentials[0]',
    Credential.bearer('a'),
    "must be a BoundCredential, such as BoundCredential.forReads(Credential.bearer('tickets-read')); got a Credential.",
  ],
  ['props.credentialls', [], 'is unknown; did you mean "credentials"?'],
  ['props.secret', 'arn:aws:secretsmanager:x', `must be ${SECRET}; got a string.`],
  ['props.secret', { secretArn: 'x' }, `must be ${SECRET}; got a plain object.`],
  ['props.trusted', 'false', 'must be true or false; got a string.'],
  ['props.trusted', 1, 'must be true or false; got a number.'],
]);

refuses('AwsConnector', [
  ['props', 'x', 'must be an object, such as { trusted: true }; got a string.'],
  ['props', null, 'must be an object, such as { trusted: true }; got null.'],
  ['props.trusted', 'yes', 'must be true or false; got a string.'],
  ['props.trused', true, 'is unknown; did you mean "trusted"?'],
]);

refuses('SessionDocuments', [
  ['props', 'x', "must be an object, such as { bucket, prefix: 'cases/' }; got a string."],
  ['props.bucket', 'my-bucket', 'must be a bucket, such as new s3.Bucket(…); got a string.'],
  ['props.prefix', undefined, "is missing; it must be a string, such as 'cases/'."],
  ['props.toolName', 1, "must be a string, such as 'get_document'; got a number."],
  ['props.prefx', 'a/', 'is unknown; did you mean "prefix"?'],
]);

refuses('HttpConnector.addTool', [
  ['options', undefined, 'is missing; it must be an object, such as { description, method, path, input }.'],
  ['options.description', undefined, "is missing; it must be a string, such as 'Refund an order'."],
  ['options.description', ['a'], "must be a string, such as 'Refund an order'; got an array."],
  ['options.input', undefined, `is missing; it must be ${INPUT}.`],
  ['options.input', { type: 'object' }, `must be ${INPUT}; got a plain object.`],
  ['options.input', '{"type":"object"}', `must be ${INPUT}; got a string.`],
  ['options.input', 'schemas/refund.json', `must be ${INPUT}; got a string.`],
  ['options.effect', 'read', `must be ${EFFECT}; got a string.`],
  ['options.effect', { name: 'read' }, `must be ${EFFECT}; got a plain object.`],
  ['options.effect', Effect, `must be ${EFFECT}; got the class Effect itself.`],
  ['options.targets', '/to', "must be an array, such as [Target.account('/accountId')]; got a string."],
  ['options.targets[0]', ['to'], "must be a Target, such as Target.account('/accountId'); got an array."],
  [
    'options.targets[0]',
    '/to',
    "must say what kind of target \"/to\" is: write Target.url, .email, .account, .person, .named, .path or .id, such as Target.email('/to'); Target.exact('/to') compares whole words of the task.",
  ],
  ['options.ownTargets', true, 'must be one of OwnTargets.ASK, OwnTargets.TRUSTED; got a boolean.'],
  ['options.ids', '/id', "must be an array, such as [{ of: 'order', at: '/orders/*/id' }]; got a string."],
  [
    'options.addressBook[0]',
    'Ann',
    "must be an object, such as { name: 'Ann Lee', targets: ['ann@example.com'] }; got a string.",
  ],
  ['options.trustedTargets', 'a@example.com', "must be an array, such as ['support@example.com']; got a string."],
  ['options.trustedTarget', ['a@example.com'], 'is unknown; did you mean "trustedTargets"?'],
  ['options.probation', true, 'must be an object, such as { calls: 20 }; got a boolean.'],
  ['options.probation.calls', true, 'must be a number, such as 20; got a boolean.'],
  ['options.probation.duration', '7 days', 'must be a Duration, such as Duration.days(7); got a string.'],
  ['options.askWhen', true, "must be a string, such as 'context.args.amountCents > 50000'; got a boolean."],
  ['options.askwhen', 'true', 'is unknown; did you mean "askWhen"?'],
  ['options.maxResultBytes', '64 KB', 'must be a number, such as 65536; got a string.'],
  ['options.maxResultBytes', Number.NaN, 'must be a number, such as 65536; got NaN.'],
  ['options.timeout', 10, 'must be a Duration, such as Duration.seconds(10); got a number.'],
  [
    'options.method',
    undefined,
    'is missing; it must be one of HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE.',
  ],
  [
    'options.method',
    'get',
    'must be one of HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE; got "get".',
  ],
  [
    'options.method',
    'CONNECT',
    'must be one of HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE; got "CONNECT".',
  ],
  ['options.path', undefined, "is missing; it must be a string, such as '/tickets/{id}'."],
  ['options.path', /tickets/, "must be a string, such as '/tickets/{id}'; got a RegExp."],
  [
    'options.operation',
    AwsOperation.s3ListObjects(bucket),
    'is unknown; write one of description, input, output, effect, targets, trustedTargets, ownTargets, addressBook, ids, probation, askWhen, outbound, limits, maxResultBytes, timeout, lists, headers, query, body, pages, method, path.',
  ],
]);

const LATER = Token.asString({ Ref: 'Parameter' });
const TOKEN = 'a CDK token, which is known only at deployment';

// The value would be written into files at synthesis, long before it is known.
refuses('HttpConnector.addTool', [
  ['options.description', LATER, `must be a string, such as 'Refund an order'; got ${TOKEN}.`],
  ['options.path', LATER, `must be a string, such as '/tickets/{id}'; got ${TOKEN}.`],
  ['options.askWhen', LATER, `must be a string, such as 'context.args.amountCents > 50000'; got ${TOKEN}.`],
  ['options.targets[0]', LATER, `must be a Target, such as Target.account('/accountId'); got ${TOKEN}.`],
  ['options.maxResultBytes', Token.asNumber({ Ref: 'Bytes' }), `must be a number, such as 65536; got ${TOKEN}.`],
  [
    'options.timeout',
    Duration.seconds(Token.asNumber({ Ref: 'Seconds' })),
    'must be a Duration, such as Duration.seconds(10); got a Duration that is known only at deployment.',
  ],
]);
refuses('HttpConnector', [
  [
    'props.baseUrl',
    Lazy.string({ produce: () => 'https://a.example.com' }),
    `must be a string, such as 'https://tickets.example.com'; got ${TOKEN}.`,
  ],
]);
refuses('Credential.bearer', [['name', LATER, `must be a string, such as 'tickets-api'; got ${TOKEN}.`]]);
refuses('InputSchema.fromString', [
  ['text', LATER, `must be JSON as a string, such as JSON.stringify({ type: 'object', … }); got ${TOKEN}.`],
]);

refuses('AwsConnector.addTool', [
  ['options', tickets, 'must be an object, such as { description, operation, input }; got an HttpConnector.'],
  ['options.operation', undefined, `is missing; it must be ${OPERATION}.`],
  ['options.operation', 's3:GetObject', `must be ${OPERATION}; got a string.`],
  ['options.operation', bucket, `must be ${OPERATION}; got a Bucket.`],
  ['options.operation', AwsOperation, `must be ${OPERATION}; got the class AwsOperation itself.`],
  ['options.input', {}, `must be ${INPUT}; got a plain object.`],
  [
    'options.path',
    '/x',
    'is unknown; write one of description, input, output, effect, targets, trustedTargets, ownTargets, addressBook, ids, probation, askWhen, outbound, limits, maxResultBytes, timeout, operation.',
  ],
]);

refuses('AwsOperation.s3GetObject', [
  ['bucket', 'my-bucket', 'must be a bucket, such as new s3.Bucket(…); got a string.'],
  ['bucket', table, 'must be a bucket, such as new s3.Bucket(…); got a TableV2.'],
  ['options', 'support/', "must be an object, such as { prefix: 'support/' }; got a string."],
  ['options.prefix', 5, "must be a string, such as 'support/'; got a number."],
  ['options.prefixes', 'support/', 'is unknown; did you mean "prefix"?'],
  ['options.keyArgument', ['key'], "must be a string, such as 'key'; got an array."],
]);

refuses('AwsOperation.s3ListObjects', [
  ['bucket', undefined, 'is missing; it must be a bucket, such as new s3.Bucket(…).'],
  ['options.keyArgument', 'key', 'is unknown; write one of prefix, pageArgument.'],
]);

refuses('AwsOperation.dynamoDbGetItem', [
  ['table', 'Orders', 'must be a table, such as new dynamodb.TableV2(…); got a string.'],
  ['table', vpc, 'must be a table, such as new dynamodb.TableV2(…); got a Vpc.'],
  [
    'table',
    new CfnTable(stack, 'L1', { keySchema: [{ attributeName: 'id', keyType: 'HASH' }] }),
    'must be a table, such as new dynamodb.TableV2(…); got a CfnTable.',
  ],
  ['options', undefined, "is missing; it must be an object, such as { keyAttribute: 'id' }."],
  ['options', 'id', "must be an object, such as { keyAttribute: 'id' }; got a string."],
  ['options.keyAttribute', undefined, "is missing; it must be a string, such as 'id'."],
  ['options.keyAttribute', { name: 'id' }, "must be a string, such as 'id'; got a plain object."],
]);

refuses('Credential.bearer', [
  ['name', undefined, "is missing; it must be a string, such as 'tickets-api'."],
  ['name', { secret: 's' }, "must be a string, such as 'tickets-api'; got a plain object."],
]);
refuses('Credential.basic', [['name', 12345, "must be a string, such as 'tickets-api'; got a number."]]);
refuses('Credential.header', [
  ['name', read, "must be a string, such as 'tickets-api'; got a Tool."],
  ['headerName', undefined, "is missing; it must be a string, such as 'x-api-key'."],
]);

refuses('OutputSchema.fromFile', [
  ['path', undefined, "is missing; it must be a string, such as 'schemas/ticket.json'."],
]);
refuses('OutputSchema.fromString', [
  [
    'text',
    { type: 'object' },
    "must be JSON as a string, such as JSON.stringify({ type: 'object', … }); got a plain object.",
  ],
]);
refuses('HttpConnector.addTool', [
  [
    'options.output',
    '{}',
    "must be an OutputSchema, such as OutputSchema.fromFile('schemas/ticket.json'); got a string.",
  ],
  ['options.outbound', 'deny', 'must be an object, such as { activeContent: FindingAction.DENY }; got a string.'],
  ['options.outbound.images', 'deny', 'is unknown; write one of credentials, activeContent, instructions.'],
]);
refuses('InputSchema.fromFile', [
  ['path', undefined, "is missing; it must be a string, such as 'schemas/refund.json'."],
  ['path', { type: 'object' }, "must be a string, such as 'schemas/refund.json'; got a plain object."],
]);
refuses('InputSchema.fromString', [
  [
    'text',
    { type: 'object' },
    "must be JSON as a string, such as JSON.stringify({ type: 'object', … }); got a plain object.",
  ],
  [
    'text',
    Duration.days(1),
    "must be JSON as a string, such as JSON.stringify({ type: 'object', … }); got a Duration.",
  ],
  ['text', role, "must be JSON as a string, such as JSON.stringify({ type: 'object', … }); got a Role."],
]);
