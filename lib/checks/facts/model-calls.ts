import { describe, type Resource } from '../../template/index';
import { definitionsOf, statesOf } from './state-machines';

/**
 * The state of a state machine that calls a model: by the integration with Bedrock, or by that with any AWS API.
 *
 * Source: Step Functions Developer Guide, "Invoke and customize Amazon Bedrock models with Step Functions", "Learning to use AWS
 * service SDK integrations".
 */
export function modelStateOf(machine: Resource): string | undefined {
  if (machine.type !== 'AWS::StepFunctions::StateMachine') return undefined;
  for (const { value } of definitionsOf(machine)) {
    for (const { name, members } of statesOf(value)) {
      if (INTEGRATION.test(describe(members.Resource))) return name;
    }
  }
  return undefined;
}

const INTEGRATION =
  /:states:::(bedrock:(invokeModel|createModelCustomizationJob)|aws-sdk:(bedrockruntime:(invokeModel|converse|startAsyncInvoke)|bedrockagentruntime:(invoke(Agent|InlineAgent|Flow)|retrieveAndGenerate)))/i;
