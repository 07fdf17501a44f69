import { INTERFACE_ENDPOINT, ROLE, SECURITY_GROUP } from '../private/props/cdk-shapes';
import { instanceOf, listOf, optional, struct, text, textOrToken } from '../private/props/shape';
import { EndpointService } from './endpoint-service';
import type { EndpointUse, ExistingEndpoint, ImagePullUse, ModelUse } from './endpoint-use';
import { GUARDRAIL, MODELS } from './model-shape';

/** @internal */
export const SERVICE = instanceOf(EndpointService, 'EndpointService.S3');

/** @internal */
export const ENDPOINT_USE = struct<EndpointUse>(
  {
    caller: SECURITY_GROUP,
    principal: ROLE,
    actions: listOf(text('s3:GetObject'), "'s3:GetObject'"),
    resources: listOf(textOrToken('arn:aws:s3:::bucket/*'), 'bucket.arnForObjects(…)'),
    resourceAccount: optional(textOrToken('111122223333')),
  },
  '{ caller, principal, actions, resources }',
);

/** @internal */
export const IMAGE_PULL_USE = struct<ImagePullUse>(
  {
    caller: SECURITY_GROUP,
    executionRole: ROLE,
    repositoryArn: textOrToken('arn:aws:ecr:eu-west-1:111122223333:repository/agent'),
  },
  '{ caller, executionRole, repositoryArn }',
);

/** @internal */
export const MODEL_USE = struct<ModelUse>(
  { caller: SECURITY_GROUP, principal: ROLE, models: MODELS, ...GUARDRAIL },
  '{ caller, principal, models }',
);

/** @internal */
export const EXISTING_ENDPOINT = struct<ExistingEndpoint>(
  { securityGroup: SECURITY_GROUP, endpoint: INTERFACE_ENDPOINT },
  '{ securityGroup, endpoint }',
);
