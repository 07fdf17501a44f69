import { instanceOf, listOf, type Members, optional, textOrToken } from '../private/props/shape';
import { BedrockModel } from './bedrock-model';
import type { GuardrailProps } from './guardrail';

/** @internal */
export const MODELS = listOf(
  instanceOf(BedrockModel, "BedrockModel.global('global.anthropic.claude-sonnet-5-5')"),
  "BedrockModel.global('…')",
);

const PROFILE_EXAMPLE = 'arn:aws:bedrock:eu-west-1:111122223333:guardrail-profile/eu.guardrail.v1:0';

/** @internal */
export const GUARDRAIL: Members<GuardrailProps> = {
  guardrail: optional(textOrToken('arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc:1')),
  guardrailProfileArns: optional(listOf(textOrToken(PROFILE_EXAMPLE), `'${PROFILE_EXAMPLE}'`)),
};
