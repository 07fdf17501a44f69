/**
 * Families of models that Bedrock serves on demand in no region, or in one or two only. Everywhere else a call by the
 * model's own id fails with "on-demand throughput isn't supported", and needs an inference profile.
 *
 * New models of Anthropic are in the list before they exist, because each one since Claude 3.5 Sonnet v2 needed a profile.
 * The list isn't complete: `aws bedrock get-foundation-model` is the authority, for one model in one region.
 *
 * Source: Bedrock user guide, "Supported foundation models" (column "Single-region model support", February 2026) and the
 * model cards (column "In-Region", October 2026): https://docs.aws.amazon.com/bedrock/latest/userguide/model-cards.html
 */
const PROFILE_ONLY_FAMILIES = [
  /^anthropic\.claude-(?!v\d|instant|3-haiku|3-sonnet|3-opus)/,
  /^amazon\.nova-(premier|2-lite|2-pro)/,
  /^meta\.llama(3-[1-9]-|[4-9]-)/,
  /^deepseek\.r1-/,
  /^mistral\.pixtral-large/,
  /^openai\.gpt-\d/,
  /^writer\.palmyra-x/,
  /^xai\.grok-/,
];

/** Why a model can't be called by its own id; undefined when it can, or when nothing is known. @internal */
export function profileNeeded(modelId: string): string | undefined {
  if (!PROFILE_ONLY_FAMILIES.some((family) => family.test(modelId))) return undefined;
  return (
    `Bedrock serves "${modelId}" through an inference profile; called by its own id it answers "on-demand throughput isn't ` +
    `supported" in most regions. Write BedrockModel.global('global.${modelId}'), or BedrockModel.inferenceProfile('eu.${modelId}', ` +
    '[…]) to stay in one geography. Write { onDemand: true } only if "aws bedrock get-foundation-model --model-identifier ' +
    `${modelId} --query modelDetails.inferenceTypesSupported" lists ON_DEMAND in your region.`
  );
}
