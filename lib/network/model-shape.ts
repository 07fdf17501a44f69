import { instanceOf, listOf } from '../private/props/shape';
import { BedrockModel } from './bedrock-model';

/** @internal */
export const MODELS = listOf(
  instanceOf(BedrockModel, "BedrockModel.global('global.anthropic.claude-sonnet-5-5')"),
  "BedrockModel.global('…')",
);

/** @internal */
export const GUARDRAIL_EXAMPLE = 'arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc:1';
