import type { GetFoundationModelAvailabilityResponse } from '@aws-sdk/client-bedrock';
import { describe } from '../../../lib/template';
import { identityPoliciesOf } from '../../../lib/template/iam/collect';
import { statementsOf } from '../../../lib/template/iam/policy';
import { shellWord } from '../../command-line/command-hint';
import { blocked, type Finding, ready } from '../finding';
import { unlessAbsent } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { GetFoundationModelAvailabilityCommand, GetFoundationModelCommand, GetInferenceProfileCommand } from '../sdk';
import type { Target } from '../target';

/** What the policies of the templates name. */
interface NamedModels {
  /** Ids of models that may answer in the target's region. */
  readonly models: readonly string[];
  /** Ids of inference profiles. */
  readonly profiles: readonly string[];
  /** `REGION MODEL` of every model that the policies name. */
  readonly places: ReadonlySet<string>;
}

const LIST_PROFILES = "aws bedrock list-inference-profiles --query 'inferenceProfileSummaries[].inferenceProfileId'";

const ABSENT = ['ResourceNotFound', 'Validation'];

/**
 * Each model must be in the region and not be on its way out, the account must have its agreement, and a model without
 * on-demand throughput needs an inference profile.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html
 */
export const models: PreflightCheck = {
  title: 'models',
  permissions: ['bedrock:GetFoundationModel', 'bedrock:GetFoundationModelAvailability', 'bedrock:GetInferenceProfile'],
  run: async (target, clients) => {
    const named = namedModels(target);
    const profiles = named.profiles.map((id) => profileFinding(clients, named, id));
    const availability = named.models.map((id) => modelFinding(target, clients, named, id));
    return Promise.all([...profiles, ...availability]);
  },
};

async function profileFinding({ bedrock }: PreflightClients, named: NamedModels, id: string): Promise<Finding> {
  const question = new GetInferenceProfileCommand({ inferenceProfileIdentifier: id });
  const answer = await unlessAbsent(bedrock.send(question), ...ABSENT);
  if (answer === undefined)
    return blocked(`the region has no inference profile ${id}`, `choose one of: ${LIST_PROFILES}`);
  if (answer.status !== 'ACTIVE')
    return blocked(`the inference profile ${id} is ${answer.status}`, `choose one of: ${LIST_PROFILES}`);
  const missing = (answer.models ?? [])
    .flatMap(({ modelArn = '' }) => placesOf(modelArn))
    .filter(([region, model]) => !named.places.has(`${region} ${model}`) && !named.places.has(` ${model}`))
    .map(([region]) => region);
  if (missing.length > 0) {
    return blocked(
      `the inference profile ${id} also routes to ${missing.join(', ')}, where the policies don't allow the model: such calls fail`,
      `add ${missing.join(', ')} to the regions of BedrockModel.inferenceProfile(…)`,
    );
  }
  return ready(`inference profile ${id}`);
}

async function modelFinding(
  { environment: { region } }: Target,
  { bedrock }: PreflightClients,
  { profiles }: NamedModels,
  modelId: string,
): Promise<Finding> {
  const question = new GetFoundationModelAvailabilityCommand({ modelId });
  const availability = await unlessAbsent(bedrock.send(question), ...ABSENT);
  if (availability === undefined || availability.regionAvailability !== 'AVAILABLE') {
    return blocked(
      `${region} has no model ${modelId}`,
      "choose one of: aws bedrock list-foundation-models --query 'modelSummaries[].modelId'",
    );
  }
  const withheld = withheldFrom(availability);
  if (withheld !== undefined) {
    return blocked(
      `the account has no access to ${modelId}: ${withheld}. An administrator subscribes once; Anthropic's models also need a form about the use case, in the model catalog of the Bedrock console`,
      `aws bedrock create-foundation-model-agreement --model-id ${shellWord(modelId)} --offer-token "$(aws bedrock list-foundation-model-agreement-offers --model-id ${shellWord(modelId)} --query 'offers[0].offerToken' --output text)"`,
    );
  }
  const { modelDetails } = await bedrock.send(new GetFoundationModelCommand({ modelIdentifier: modelId }));
  const { status, endOfLifeTime } = modelDetails?.modelLifecycle ?? {};
  if (status === 'LEGACY') {
    const end =
      endOfLifeTime === undefined ? '' : `, and after ${endOfLifeTime.toISOString().slice(0, 10)} all calls fail`;
    return blocked(
      `${modelId} is a legacy model: Bedrock refuses it to new customers and to inactive accounts${end}`,
      "choose one of: aws bedrock list-foundation-models --query 'modelSummaries[?modelLifecycle.status==`ACTIVE`].modelId'",
    );
  }
  if (profiles.some((id) => id.endsWith(`.${modelId}`))) return ready(`access to ${modelId}`);
  if (!modelDetails?.inferenceTypesSupported?.includes('ON_DEMAND')) {
    return blocked(
      `${modelId} can't be called by its own id in ${region}: it has no on-demand throughput, and needs an inference profile`,
      `write BedrockModel.inferenceProfile(…) with one of: ${LIST_PROFILES}`,
    );
  }
  return ready(`access to ${modelId}`);
}

/** What the account lacks to use a model that the region has; undefined when it lacks nothing. */
function withheldFrom(availability: GetFoundationModelAvailabilityResponse): string | undefined {
  const { agreementAvailability, authorizationStatus, entitlementAvailability } = availability;
  const lacks = [
    ...(agreementAvailability?.status === 'AVAILABLE' ? [] : [`agreement ${agreementAvailability?.status}`]),
    ...(authorizationStatus === 'AUTHORIZED' ? [] : [`authorization ${authorizationStatus}`]),
    ...(entitlementAvailability === 'AVAILABLE' ? [] : [`entitlement ${entitlementAvailability}`]),
  ];
  return lacks.length === 0 ? undefined : lacks.join(', ');
}

function namedModels(target: Target): NamedModels {
  const arns = identityPoliciesOf(target.assembly)
    .all.flatMap(({ policy }) => statementsOf(policy))
    .filter(
      ({ effect, action }) =>
        effect !== 'Deny' && action.patterns.some((each) => /^bedrock:Invoke/.test(describe(each))),
    )
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .flatMap((pattern) => target.text(pattern) ?? []);
  const places = arns.flatMap(placesOf);
  const own = target.environment.region;
  return {
    models: [...new Set(places.filter(([region]) => region === own).map(([, model]) => model))],
    profiles: [
      ...new Set(arns.flatMap((arn) => /:(?:application-)?inference-profile\/([^*?]+)$/.exec(arn)?.[1] ?? [])),
    ],
    places: new Set(places.map(([region, model]) => `${region} ${model}`)),
  };
}

/** Region and id in the ARN of a foundation model; none for another ARN. A global profile's ARN has no region. */
function placesOf(arn: string): [region: string, model: string][] {
  const [, region, model] = /^arn:[^:]+:bedrock:([^:]*)::foundation-model\/([^*?]+)$/.exec(arn) ?? [];
  return region === undefined || model === undefined ? [] : [[region, model]];
}
