import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { mustAddStatements } from '../private/grants';
import { ROLE } from '../private/props/cdk-shapes';
import { checkConstruct } from '../private/props/check';
import { number, optional, struct } from '../private/props/shape';
import type { BedrockModel } from './bedrock-model';
import { type Guardrail, guardrailOf, guardrailProblem } from './guardrail';
import { GUARDRAIL, MODELS } from './model-shape';

/** Properties of `ModelAccess`. */
export interface ModelAccessProps {
  /** The role that calls the models. */
  readonly role: iam.IRole;
  /** The models that it may call. */
  readonly models: BedrockModel[];
  /**
   * A guardrail that every call must name, as `<guardrail ARN>:<version>`. It must be in the stack's region. A guardrail
   * of another account must allow the role in its own policy. A guardrail under a customer managed key can't be
   * used, because the role can't decrypt.
   * @default - calls need no guardrail
   */
  readonly guardrail?: string;
  /**
   * ARNs of the guardrail's cross-Region profile, one for each destination region:
   * `arn:aws:bedrock:us-east-2:111122223333:guardrail-profile/us.guardrail.v1:0`. Without them, a guardrail with a profile
   * refuses each call. Source: Bedrock user guide, "Permissions for using cross-Region inference with Amazon Bedrock Guardrails".
   * @default - the guardrail has no profile
   */
  readonly guardrailProfileArns?: string[];
  /**
   * Input tokens of one model in an hour above which its alarm goes off.
   * @default 2,000,000
   */
  readonly inputTokensPerHour?: number;
  /**
   * Output tokens of one model in an hour above which its alarm goes off.
   * @default 400,000
   */
  readonly outputTokensPerHour?: number;
}

const PROPS = struct<ModelAccessProps>(
  {
    role: ROLE,
    models: MODELS,
    ...GUARDRAIL,
    inputTokensPerHour: optional(number(2_000_000)),
    outputTokensPerHour: optional(number(400_000)),
  },
  '{ role, models }',
);

/**
 * Lets a role invoke the named models, and nothing else of Bedrock.
 *
 * Model calls don't pass the tool gate, so they are limited here: a cross-region model only through its profile, no API
 * keys (they outlive the role's session and work from anywhere), no built-in web search unless one of the models was
 * accepted with it, and an alarm on tokens. With a guardrail, the role may call models only with it, and may apply it. `StartAsyncInvoke` needs only the permission for InvokeModel. It is harmless
 * while the role has no S3 permission, which the checks prove.
 *
 * Source: Service Authorization Reference, Amazon Bedrock; Bedrock user guide, "Prerequisites for inference profiles".
 */
export class ModelAccess extends Construct {
  /** Two alarms for each model: input tokens and output tokens. */
  public readonly alarms: cloudwatch.Alarm[];

  /** @throws Error when a prop has a wrong type or is unknown, no model is named, a budget or the guardrail is refused, or the role can't be changed */
  constructor(scope: Construct, id: string, props: ModelAccessProps) {
    checkConstruct(ModelAccess, scope, id, props, PROPS);
    super(scope, id);
    if (props.models.length === 0) throw new Error(`${this.node.path}: models is empty. Name at least one.`);
    const problem = guardrailProblem(this, props);
    if (problem !== undefined) throw new Error(`${this.node.path}: ${problem}`);
    const guardrail = guardrailOf(props);
    mustAddStatements(this, 'role', props.role, () => {
      for (const model of props.models) {
        for (const statement of this.statements(model, guardrail)) props.role.addToPrincipalPolicy(statement);
      }
      if (guardrail) {
        props.role.addToPrincipalPolicy(
          new iam.PolicyStatement({
            sid: 'ApplyGuardrail',
            actions: ['bedrock:ApplyGuardrail'],
            resources: guardrail.resourceArns,
          }),
        );
      }
    });
    props.role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        sid: 'NoBedrockApiKeys',
        effect: iam.Effect.DENY,
        actions: ['bedrock:CallWithBearerToken'],
        resources: ['*'],
      }),
    );
    if (!props.models.some((model) => model.searchesTheWeb)) {
      props.role.addToPrincipalPolicy(
        new iam.PolicyStatement({
          sid: 'NoBuiltInTools',
          effect: iam.Effect.DENY,
          actions: ['bedrock:InvokeTool'],
          resources: ['*'],
        }),
      );
    }
    this.alarms = props.models.flatMap((model, index) => [
      this.alarm(`InputTokens${index + 1}`, model, 'InputTokenCount', props.inputTokensPerHour ?? 2_000_000),
      this.alarm(`OutputTokens${index + 1}`, model, 'OutputTokenCount', props.outputTokensPerHour ?? 400_000),
    ]);
  }

  private statements(model: BedrockModel, guardrail?: Guardrail): iam.PolicyStatement[] {
    const actions = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];
    const withGuardrail = guardrail === undefined ? {} : { 'bedrock:GuardrailIdentifier': guardrail.identifier };
    const profile = model.profileArn(this);
    const conditions = (more: Record<string, string>) =>
      Object.keys({ ...withGuardrail, ...more }).length === 0 ? {} : { StringEquals: { ...withGuardrail, ...more } };
    if (profile === undefined) {
      return [
        new iam.PolicyStatement({ actions, resources: model.foundationModelArns(this), conditions: conditions({}) }),
      ];
    }
    return [
      new iam.PolicyStatement({ actions, resources: [profile], conditions: conditions({}) }),
      // The model itself only through the profile.
      new iam.PolicyStatement({
        actions,
        resources: model.foundationModelArns(this),
        conditions: conditions({ 'bedrock:InferenceProfileArn': profile }),
      }),
    ];
  }

  private alarm(id: string, model: BedrockModel, metricName: string, threshold: number): cloudwatch.Alarm {
    if (!Number.isInteger(threshold) || threshold < 1) {
      throw new Error(`${this.node.path}: the token budget ${threshold} is not a positive whole number.`);
    }
    return new cloudwatch.Alarm(this, id, {
      alarmDescription: `${metricName} of ${model.modelId}: the hourly token budget is spent`,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Bedrock',
        metricName,
        dimensionsMap: { ModelId: model.modelId },
        statistic: cloudwatch.Stats.SUM,
        period: Duration.hours(1),
      }),
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}
