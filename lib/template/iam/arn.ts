import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { isTextual, keyOf, piecesOf, Reference, type TextPiece, textOf, type Value } from '../model/value';

/**
 * ARNs in one spelling, so that a policy that says `Fn::GetAtt Bucket.Arn` and one that says
 * `arn:aws:s3:::${Bucket}` match each other. The partition is always written `aws`: an app runs in one partition, so
 * it tells nothing apart.
 *
 * Source: Service Authorization Reference, "Resource types" of each service.
 */
interface ArnForm {
  /** Attribute that returns the ARN (after `Ref` was made one with it). */
  readonly attribute: string;
  /** Property with the physical name. */
  readonly nameProperty?: string;
  /** Attribute that returns the name. */
  readonly nameAttribute: string;
  /** Between partition and name; `R` and `A` stand for region and account. */
  readonly prefix: string;
  readonly suffix?: string;
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
  'AWS::ECR::Repository': {
    attribute: 'Arn',
    nameProperty: 'RepositoryName',
    nameAttribute: 'Ref',
    prefix: 'ecr:R:A:repository/',
  },
};

/** The ARN of a resource, or undefined for a type whose ARN isn't known here. */
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
  return textOf(['arn:aws:', ...spelled, folder, ...(piecesOf(nameOf(resource)) ?? []), form.suffix ?? '']);
}

/** The physical name: what the template says, else the reference that returns what CloudFormation makes. */
export function nameOf(resource: Resource): Value {
  const form = FORMS[resource.type];
  const given = form?.nameProperty === undefined ? [] : resource.property(form.nameProperty);
  const [only] = given;
  if (given.length === 1 && isTextual(only?.value)) return only?.value;
  return new Reference(resource.template.name, resource.logicalId, form?.nameAttribute ?? 'Ref');
}

/** The account a resource is deployed to: a literal where the app fixed it. */
export function accountOf(resource: Resource): TextPiece {
  return resource.template.source.account ?? new Reference('', 'AWS::AccountId', 'Ref');
}

/** Rewrites ARNs and names in texts to the one spelling. Values that aren't texts come back as they are. */
export class Spelling {
  private readonly known = new Map<string, readonly TextPiece[]>();

  constructor(private readonly assembly: Assembly) {}

  public of(value: Value): Value {
    if (!isTextual(value)) return value;
    const pieces = (piecesOf(value) ?? []).flatMap((piece) =>
      piece instanceof Reference ? this.expand(piece) : [piece],
    );
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
    const form = resource === undefined ? undefined : FORMS[resource.type];
    let pieces: readonly TextPiece[] = [reference];
    if (resource !== undefined && form !== undefined) {
      if (reference.attribute === form.attribute) pieces = piecesOf(arnOf(resource)) ?? pieces;
      else if (reference.attribute === form.nameAttribute) pieces = piecesOf(nameOf(resource)) ?? pieces;
    }
    this.known.set(key, pieces);
    return pieces;
  }
}
