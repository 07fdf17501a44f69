/**
 * The actions by which a caller gets the words of a model. Whoever invokes an AgentCore runtime isn't listed: it calls a program, as
 * it may call any other service.
 *
 * Source: Service Authorization Reference, "Actions defined by Amazon Bedrock", "… Amazon Bedrock Mantle", "… Amazon Q Business". The
 * Converse operations are authorized by `bedrock:InvokeModel`.
 */
export const MODEL_ACTIONS: readonly string[] = [
  'bedrock:InvokeModel',
  'bedrock:InvokeModelWithResponseStream',
  'bedrock:InvokeInlineAgent',
  'bedrock:InvokeAgent',
  'bedrock:InvokeFlow',
  'bedrock:RetrieveAndGenerate',
  'bedrock:CreateModelInvocationJob',
  'bedrock-mantle:CreateInference',
  'qbusiness:ChatSync',
  'qbusiness:Chat',
];
