import { instanceOf, listOf } from '../private/props/shape';
import { BedrockModel } from './bedrock-model';

/** @internal */
export const MODELS = listOf(
  instanceOf(BedrockModel, "BedrockModel.foundation('anthropic.claude-sonnet-4-5-20250929-v1:0')"),
  "BedrockModel.foundation('…')",
);

/** @internal */
export const GUARDRAIL_EXAMPLE = 'arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc:1';
