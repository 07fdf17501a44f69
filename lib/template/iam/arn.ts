import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import {
  isTextual,
  keyOf,
  piecesOf,
  Reference,
  referencesIn,
  type TextPiece,
  textOf,
  Unresolved,
  type Value,
} from '../model/value';

/**
 * ARNs in a common spelling, so that a policy with `Fn::GetAtt Bucket.Arn` and one with `arn:aws:s3:::${Bucket}` match each
 * other. The partition is always `aws`: an app runs in one partition, so the partition distinguishes nothing.
 *
 * Source: Service Authorization Reference, "Resource types" of each service.
 */
interface ArnForm {
  /** Attribute that returns the ARN. A `Ref` that returns it was replaced by this attribute. */
  readonly attribute: string;
  /** Property with the physical name. */
  readonly nameProperty?: string;
  /** Attribute that returns the name. */
  readonly nameAttribute: string;
  /** The text between partition and name. `R` and `A` stand for region and account. */
  readonly prefix: string;
  readonly suffix?: string;
  /** Attribute that counts up, after the name and a colon: the revision of a task definition. */
  readonly counted?: string;
}

const FORMS: { readonly [type: string]: ArnForm } = {
  'AWS::S3::Bucket': { attribute: 'Arn', nameProperty: 'BucketName', nameAttribute: 'Ref', prefix: 's3:::' },
  'AWS::Lambda::Function': {
    attribute: 'Arn',
    nameProperty: 'FunctionName',
    nameAttribute: 'Ref',
    prefix: 'lambda:R:A:function:',
  },
  'AWS::IAM::Role': { attribute: 'Arn', nameProperty: 'RoleName', nameAttribute: 'Ref', prefix: 'iam::A:role/' },
  'AWS::IAM::User': { attribute: 'Arn', nameProperty: 'UserName', nameAttribute: 'Ref', prefix: 'iam::A:user/' },
  'AWS::IAM::ManagedPolicy': {
    attribute: 'PolicyArn',
    nameProperty: 'ManagedPolicyName',
    nameAttribute: 'Name',
    prefix: 'iam::A:policy/',
  },
  'AWS::KMS::Key': { attribute: 'Arn', nameAttribute: 'KeyId', prefix: 'kms:R:A:key/' },
  'AWS::DynamoDB::Table': {
    attribute: 'Arn',
    nameProperty: 'TableName',
    nameAttribute: 'Ref',
    prefix: 'dynamodb:R:A:table/',
  },
  'AWS::DynamoDB::GlobalTable': {
    attribute: 'Arn',
    nameProperty: 'TableName',
    nameAttribute: 'Ref',
    prefix: 'dynamodb:R:A:table/',
  },
  'AWS::SQS::Queue': { attribute: 'Arn', nameProperty: 'QueueName', nameAttribute: 'QueueName', prefix: 'sqs:R:A:' },
  'AWS::SNS::Topic': {
    attribute: 'TopicArn',
    nameProperty: 'TopicName',
    nameAttribute: 'TopicName',
    prefix: 'sns:R:A:',
  },
  'AWS::Events::EventBus': {
    attribute: 'Arn',
    nameProperty: 'Name',
    nameAttribute: 'Ref',
    prefix: 'events:R:A:event-bus/',
  },
  // It has no attribute with its ARN.
  'AWS::SES::EmailIdentity': {
    attribute: 'Arn',
    nameProperty: 'EmailIdentity',
    nameAttribute: 'Ref',
    prefix: 'ses:R:A:identity/',
  },
  'AWS::StepFunctions::StateMachine': {
    attribute: 'Arn',
    nameProperty: 'StateMachineName',
    nameAttribute: 'Name',
    prefix: 'states:R:A:stateMachine:',
  },
  'AWS::SecretsManager::Secret': { attribute: 'Id', nameAttribute: 'Name', prefix: 'secretsmanager:R:A:secret:' },
  'AWS::Logs::LogGroup': {
    attribute: 'Arn',
    nameProperty: 'LogGroupName',
    nameAttribute: 'Ref',
    prefix: 'logs:R:A:log-group:',
    suffix: ':*',
  },
  'AWS::ECS::Cluster': {
    attribute: 'Arn',
    nameProperty: 'ClusterName',
    nameAttribute: 'Ref',
    prefix: 'ecs:R:A:cluster/',
  },
  'AWS::ECS::TaskDefinition': {
    attribute: 'TaskDefinitionArn',
    nameProperty: 'Family',
    nameAttribute: 'Family',
    prefix: 'ecs:R:A:task-definition/',
    counted: 'Revision',
  },
  'AWS::ECR::Repository': {
    attribute: 'Arn',
    nameProperty: 'RepositoryName',
    nameAttribute: 'Ref',
    prefix: 'ecr:R:A:repository/',
  },
  'AWS::CloudTrail::Trail': {
    attribute: 'Arn',
    nameProperty: 'TrailName',
    nameAttribute: 'Ref',
    prefix: 'cloudtrail:R:A:trail/',
  },
  'AWS::EC2::RouteTable': { attribute: 'Arn', nameAttribute: 'RouteTableId', prefix: 'ec2:R:A:route-table/' },
  'AWS::EC2::SecurityGroup': { attribute: 'Arn', nameAttribute: 'GroupId', prefix: 'ec2:R:A:security-group/' },
};

/**
 * Types whose generated names begin with the stack's name, and how it is written. A name with another beginning belongs to
 * another resource. Source: CloudFormation User Guide, "Name type".
 */
const NAMED_BY_STACK: { readonly [type: string]: (stack: string, logicalId: string) => string } = {
  'AWS::S3::Bucket': (stack) => stack.toLowerCase(),
  'AWS::DynamoDB::Table': (stack) => stack,
  'AWS::Lambda::Function': (stack) => stack,
  'AWS::IAM::Role': (stack) => stack,
  // It begins with the logical id.
  'AWS::StepFunctions::StateMachine': (_, logicalId) => logicalId.slice(0, STACK_NAME_KEPT),
};

/** CloudFormation shortens long names, but keeps at least this many characters of the stack's name. */
const STACK_NAME_KEPT = 16;

/** The ARN of a resource; undefined for types that `FORMS` doesn't list. */
export function arnOf(resource: Resource): Value {
  const form = FORMS[resource.type];
  if (form === undefined) return undefined;
  const { template } = resource;
  const spelled = form.prefix.split(/([RA])(?=:)/).map((part, i) => {
    if (i % 2 === 0) return part;
    return part === 'A' ? accountOf(resource) : (template.source.region ?? new Reference('', 'AWS::Region', 'Ref'));
  });
  const path = resource.type.startsWith('AWS::IAM::') ? resource.property('Path')[0]?.value : undefined;
  const folder = typeof path === 'string' && path.length > 1 ? path.slice(1) : '';
  const counted =
    form.counted === undefined ? [] : [':', new Reference(template.name, resource.logicalId, form.counted)];
  const end = [...counted, form.suffix ?? ''];
  return textOf(['arn:aws:', ...spelled, folder, ...(piecesOf(nameOf(resource)) ?? []), ...end]);
}

/** The physical name: as the template gives it, otherwise the reference that returns the generated name. */
export function nameOf(resource: Resource): Value {
  const form = FORMS[resource.type];
  const given = form?.nameProperty === undefined ? [] : resource.property(form.nameProperty);
  const [only] = given;
  if (given.length === 1 && isTextual(only?.value)) return only?.value;
  return new Reference(resource.template.name, resource.logicalId, form?.nameAttribute ?? 'Ref');
}

/** The account of a resource: a literal where the app fixes it. */
export function accountOf(resource: Resource): TextPiece {
  return resource.template.source.account ?? new Reference('', 'AWS::AccountId', 'Ref');
}

/** Rewrites ARNs and names in texts to the common spelling. Other values are returned unchanged. */
export class Spelling {
  private readonly known = new Map<string, readonly TextPiece[]>();

  /** @param madeNames `byStack`: the known beginning of generated names (the stack's name) is written as text */
  constructor(
    private readonly assembly: Assembly,
    private readonly madeNames: 'byStack' | 'whole' = 'byStack',
  ) {}

  public of(value: Value): Value {
    if (!isTextual(value) && !(value instanceof Unresolved)) return value;
    const pieces = (piecesOf(value) ?? []).flatMap((piece) => {
      if (piece instanceof Reference) return this.expand(piece);
      if (!(piece instanceof Unresolved)) return [piece];
      const field = fieldOfArn(this.assembly, piece);
      return field instanceof Reference ? this.expand(field) : [field ?? piece];
    });
    const text = textOf(pieces);
    if (typeof text === 'string') return text.replace(/^arn:aws-[a-z-]+:/, 'arn:aws:');
    const [first] = piecesOf(text) ?? [];
    if (typeof first !== 'string' || !first.startsWith('arn:aws-')) return text;
    return textOf([first.replace(/^arn:aws-[a-z-]+:/, 'arn:aws:'), ...(piecesOf(text) ?? []).slice(1)]);
  }

  private expand(reference: Reference): readonly TextPiece[] {
    if (reference.isPseudo) return reference.logicalId === 'AWS::Partition' ? ['aws'] : [reference];
    const key = keyOf(reference);
    const memo = this.known.get(key);
    if (memo !== undefined) return memo;
    const resource = this.assembly.find(reference);
    const pieces = resource === undefined ? [reference] : this.spelled(resource, reference);
    this.known.set(key, pieces);
    return pieces;
  }

  private spelled(resource: Resource, reference: Reference): readonly TextPiece[] {
    if (publishes(resource, reference)) return this.publishedArn(resource, reference);
    const form = FORMS[resource.type];
    if (form === undefined) return [reference];
    if (streams(resource, reference)) return [...(piecesOf(this.of(arnOf(resource))) ?? []), '/stream/', reference];
    let pieces: readonly TextPiece[] = [reference];
    if (reference.attribute === form.attribute) pieces = piecesOf(arnOf(resource)) ?? pieces;
    else if (reference.attribute === form.nameAttribute) pieces = piecesOf(nameOf(resource)) ?? pieces;
    return this.madeNames === 'byStack' ? pieces.flatMap((piece) => begunByStack(resource, form, piece)) : pieces;
  }

  /** The ARN of a version or an alias: that of its function, and what comes after it. */
  private publishedArn(published: Resource, reference: Reference): readonly TextPiece[] {
    const [called, ...others] = published.property('FunctionName');
    const named = called?.value instanceof Reference ? this.assembly.find(called.value) : undefined;
    if (named?.type !== 'AWS::Lambda::Function' || others.length > 0) return [reference];
    const [name] = published.type === ALIAS ? published.property('Name') : [];
    const end = published.type === ALIAS ? piecesOf(name?.value) : [reference];
    return end === undefined
      ? [reference]
      : [...this.expand(new Reference(named.template.name, named.logicalId, 'Arn')), ':', ...end];
  }
}

const ALIAS = 'AWS::Lambda::Alias';

/** Whether a reference returns the ARN of an alias or a version. Source: CloudFormation Template Reference, "Return values" of each. */
function publishes({ type }: Resource, { attribute }: Reference): boolean {
  if (type === ALIAS) return attribute === 'Ref' || attribute === 'AliasArn';
  return type === 'AWS::Lambda::Version' && (attribute === 'Ref' || attribute === 'FunctionArn');
}

/** Whether a reference returns the ARN of a table's stream. Source: CloudFormation Template Reference, "AWS::DynamoDB::Table". */
function streams({ type }: Resource, { attribute }: Reference): boolean {
  return attribute === 'StreamArn' && (type === 'AWS::DynamoDB::Table' || type === 'AWS::DynamoDB::GlobalTable');
}

/** `Fn::Select` of a field of an ARN, and of the part of the resource field before the first slash. */
const FIELD = /^\{"Fn::Select":\[([34]),\{"Fn::Split":\[":",/;
const HEAD = /^\{"Fn::Select":\[0,\{"Fn::Split":\["\/",\{"Fn::Select":\[5,\{"Fn::Split":\[":",/;

/**
 * The region, the account or (for a bucket) the name that is selected from the ARN of a resource of the template, as this
 * library and CDK write it; undefined for other values.
 */
function fieldOfArn(assembly: Assembly, value: Unresolved): TextPiece | undefined {
  const [reference, ...others] = referencesIn(value);
  const resource = assembly.find(reference);
  const form = resource === undefined ? undefined : FORMS[resource.type];
  if (resource === undefined || others.length > 0 || reference?.attribute !== form?.attribute) return undefined;
  const [, index] = FIELD.exec(value.expression) ?? [];
  if (index === '3') return resource.template.source.region ?? new Reference('', 'AWS::Region', 'Ref');
  if (index === '4') return accountOf(resource);
  if (resource.type !== 'AWS::S3::Bucket' || !HEAD.test(value.expression)) return undefined;
  const name = nameOf(resource);
  return typeof name === 'string' || name instanceof Reference ? name : undefined;
}

/** A generated name as its known beginning and the rest. */
function begunByStack(resource: Resource, form: ArnForm, piece: TextPiece): readonly TextPiece[] {
  const written = NAMED_BY_STACK[resource.type];
  const stack = stackNameOf(resource);
  const isMade = piece instanceof Reference && !piece.isPseudo && piece.attribute === form.nameAttribute;
  if (written === undefined || stack === undefined || !isMade) return [piece];
  const start = written(stack.slice(0, STACK_NAME_KEPT), resource.logicalId);
  return [start, new Reference(piece.template, piece.logicalId, `${form.nameAttribute} after ${start}`)];
}

/** Name of the stack, or of the outermost one for a nested stack; undefined where it isn't known. */
function stackNameOf({ template }: Resource): string | undefined {
  return template.source.stackName ?? (template.parent === undefined ? undefined : stackNameOf(template.parent));
}
