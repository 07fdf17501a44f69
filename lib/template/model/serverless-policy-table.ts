/** What a SAM policy template allows. */
export interface PolicyTemplate {
  readonly parameters: readonly string[];
  readonly grants: readonly {
    readonly actions: readonly string[];
    /** ARNs without `arn:` and partition. `R:A:` stands for region and account, `@` for the first parameter, `@2` for the second; `=@` is the parameter itself. */
    readonly on: readonly string[];
  }[];
}

/** The policy templates of AWS SAM by name, without conditions. */
export function policyTemplates(): ReadonlyMap<string, PolicyTemplate> {
  known ??= new Map(
    TABLE.trim()
      .split(/\n(?! )/)
      .map(read),
  );
  return known;
}

let known: ReadonlyMap<string, PolicyTemplate> | undefined;

function read(text: string): [string, PolicyTemplate] {
  const [head = '', ...grants] = text.split(/\n {2}(?! )/);
  const [name = '', ...parameters] = head.split(' ');
  return [
    name,
    {
      parameters,
      grants: grants.map((grant) => {
        const [, service = '', actions = '', on = ''] = /^(\S+): (.*) on (.*)$/s.exec(grant) ?? [];
        return { actions: actions.split(/\s+/).map((action) => `${service}:${action}`), on: on.split(/\s+/) };
      }),
    },
  ];
}

/**
 * A template and its parameters; below it what it allows, on which ARNs.
 *
 * Source: AWS SAM Developer Guide, "AWS SAM policy templates"; aws/serverless-application-model, `policy_templates.json`. For
 * LambdaInvokePolicy SAM also allows names that begin with the given one, for the function's versions. That isn't the user's choice.
 */
const TABLE = `
AMIDescribePolicy
  ec2: DescribeImages on *
AWSSecretsManagerGetSecretValuePolicy SecretArn
  secretsmanager: GetSecretValue on =@
AWSSecretsManagerRotationPolicy FunctionName
  secretsmanager: DescribeSecret GetSecretValue PutSecretValue UpdateSecretVersionStage on secretsmanager:R:A:secret:*
  secretsmanager: GetRandomPassword on *
AcmGetCertificatePolicy CertificateArn
  acm: GetCertificate on =@
AthenaQueryPolicy WorkGroupName
  athena: ListWorkGroups GetExecutionEngine GetExecutionEngines GetNamespace GetCatalogs GetNamespaces GetTables
    GetTable on *
  athena: StartQueryExecution GetQueryResults DeleteNamedQuery GetNamedQuery ListQueryExecutions StopQueryExecution
    GetQueryResultsStream ListNamedQueries CreateNamedQuery GetQueryExecution BatchGetNamedQuery
    BatchGetQueryExecution GetWorkGroup on athena:R:A:workgroup/@
CloudFormationDescribeStacksPolicy
  cloudformation: DescribeStacks on cloudformation:R:A:stack/*
CloudWatchDashboardPolicy
  cloudwatch: GetDashboard ListDashboards PutDashboard ListMetrics on *
CloudWatchDescribeAlarmHistoryPolicy
  cloudwatch: DescribeAlarmHistory on *
CloudWatchPutMetricPolicy
  cloudwatch: PutMetricData on *
CodeCommitCrudPolicy RepositoryName
  codecommit: GitPull GitPush CreateBranch DeleteBranch GetBranch ListBranches MergeBranchesByFastForward
    MergeBranchesBySquash MergeBranchesByThreeWay UpdateDefaultBranch BatchDescribeMergeConflicts
    CreateUnreferencedMergeCommit DescribeMergeConflicts GetMergeCommit GetMergeOptions BatchGetPullRequests
    CreatePullRequest DescribePullRequestEvents GetCommentsForPullRequest GetCommitsFromMergeBase GetMergeConflicts
    GetPullRequest ListPullRequests MergePullRequestByFastForward MergePullRequestBySquash MergePullRequestByThreeWay
    PostCommentForPullRequest UpdatePullRequestDescription UpdatePullRequestStatus UpdatePullRequestTitle DeleteFile
    GetBlob GetFile GetFolder PutFile DeleteCommentContent GetComment GetCommentsForComparedCommit
    PostCommentForComparedCommit PostCommentReply UpdateComment BatchGetCommits CreateCommit GetCommit
    GetCommitHistory GetDifferences GetObjectIdentifier GetReferences GetTree GetRepository
    UpdateRepositoryDescription ListTagsForResource TagResource UntagResource GetRepositoryTriggers
    PutRepositoryTriggers TestRepositoryTriggers UploadArchive GetUploadArchiveStatus CancelUploadArchive on
    codecommit:R:A:@
CodeCommitReadPolicy RepositoryName
  codecommit: GitPull GetBranch ListBranches BatchDescribeMergeConflicts DescribeMergeConflicts GetMergeCommit
    GetMergeOptions BatchGetPullRequests DescribePullRequestEvents GetCommentsForPullRequest GetCommitsFromMergeBase
    GetMergeConflicts GetPullRequest ListPullRequests GetBlob GetFile GetFolder GetComment
    GetCommentsForComparedCommit BatchGetCommits GetCommit GetCommitHistory GetDifferences GetObjectIdentifier
    GetReferences GetTree GetRepository ListTagsForResource GetRepositoryTriggers TestRepositoryTriggers
    GetUploadArchiveStatus on codecommit:R:A:@
CodePipelineLambdaExecutionPolicy
  codepipeline: PutJobSuccessResult PutJobFailureResult on *
CodePipelineReadOnlyPolicy PipelineName
  codepipeline: ListPipelineExecutions on codepipeline:R:A:@
ComprehendBasicAccessPolicy
  comprehend: BatchDetectKeyPhrases DetectDominantLanguage DetectEntities BatchDetectEntities DetectKeyPhrases
    DetectSentiment BatchDetectDominantLanguage BatchDetectSentiment on *
CostExplorerReadOnlyPolicy
  ce: GetCostAndUsage GetDimensionValues GetReservationCoverage GetReservationPurchaseRecommendation
    GetReservationUtilization GetTags on *
DynamoDBBackupFullAccessPolicy TableName
  dynamodb: CreateBackup DescribeContinuousBackups on dynamodb:R:A:table/@
  dynamodb: DeleteBackup DescribeBackup ListBackups on dynamodb:R:A:table/@/backup/*
DynamoDBCrudPolicy TableName
  dynamodb: GetItem DeleteItem PutItem Scan Query UpdateItem BatchWriteItem BatchGetItem DescribeTable
    ConditionCheckItem on dynamodb:R:A:table/@ dynamodb:R:A:table/@/index/*
DynamoDBReadPolicy TableName
  dynamodb: GetItem Scan Query BatchGetItem DescribeTable on dynamodb:R:A:table/@ dynamodb:R:A:table/@/index/*
DynamoDBReconfigurePolicy TableName
  dynamodb: UpdateTable on dynamodb:R:A:table/@
DynamoDBRestoreFromBackupPolicy TableName
  dynamodb: RestoreTableFromBackup on dynamodb:R:A:table/@/backup/*
  dynamodb: PutItem UpdateItem DeleteItem GetItem Query Scan BatchWriteItem on dynamodb:R:A:table/@
DynamoDBStreamReadPolicy TableName StreamName
  dynamodb: DescribeStream GetRecords GetShardIterator on dynamodb:R:A:table/@/stream/@2
  dynamodb: ListStreams on dynamodb:R:A:table/@/stream/*
DynamoDBWritePolicy TableName
  dynamodb: PutItem UpdateItem BatchWriteItem on dynamodb:R:A:table/@ dynamodb:R:A:table/@/index/*
EC2CopyImagePolicy ImageId
  ec2: CopyImage on ec2:R:A:image/@
EC2DescribePolicy
  ec2: DescribeRegions DescribeInstances on *
EFSWriteAccessPolicy FileSystem AccessPoint
  elasticfilesystem: ClientMount ClientWrite on elasticfilesystem:R:A:file-system/@
EKSDescribePolicy
  eks: DescribeCluster ListClusters on *
EcsRunTaskPolicy TaskDefinition
  ecs: RunTask on ecs:R:A:task-definition/@
ElasticMapReduceAddJobFlowStepsPolicy ClusterId
  elasticmapreduce: AddJobFlowSteps on elasticmapreduce:R:A:cluster/@
ElasticMapReduceCancelStepsPolicy ClusterId
  elasticmapreduce: CancelSteps on elasticmapreduce:R:A:cluster/@
ElasticMapReduceModifyInstanceFleetPolicy ClusterId
  elasticmapreduce: ModifyInstanceFleet ListInstanceFleets on elasticmapreduce:R:A:cluster/@
ElasticMapReduceModifyInstanceGroupsPolicy ClusterId
  elasticmapreduce: ModifyInstanceGroups ListInstanceGroups on elasticmapreduce:R:A:cluster/@
ElasticMapReduceSetTerminationProtectionPolicy ClusterId
  elasticmapreduce: SetTerminationProtection on elasticmapreduce:R:A:cluster/@
ElasticMapReduceTerminateJobFlowsPolicy ClusterId
  elasticmapreduce: TerminateJobFlows on elasticmapreduce:R:A:cluster/@
ElasticsearchHttpPostPolicy DomainName
  es: ESHttpPost ESHttpPut on es:R:A:domain/@/*
EventBridgePutEventsPolicy EventBusName
  events: PutEvents on events:R:A:event-bus/@
FilterLogEventsPolicy LogGroupName
  logs: FilterLogEvents on logs:R:A:log-group:@:log-stream:*
FirehoseCrudPolicy DeliveryStreamName
  firehose: CreateDeliveryStream DeleteDeliveryStream DescribeDeliveryStream PutRecord PutRecordBatch
    UpdateDestination on firehose:R:A:deliverystream/@
FirehoseWritePolicy DeliveryStreamName
  firehose: PutRecord PutRecordBatch on firehose:R:A:deliverystream/@
KMSDecryptPolicy KeyId
  kms: Decrypt on kms:R:A:key/@
KMSEncryptPolicy KeyId
  kms: Encrypt on kms:R:A:key/@
KMSEncryptPolicy_v2 KeyId
  kms: Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
    on kms:R:A:key/@
KinesisCrudPolicy StreamName
  kinesis: AddTagsToStream CreateStream DecreaseStreamRetentionPeriod DeleteStream DescribeStream
    DescribeStreamSummary GetShardIterator IncreaseStreamRetentionPeriod ListTagsForStream MergeShards PutRecord
    PutRecords SplitShard RemoveTagsFromStream on kinesis:R:A:stream/@
KinesisStreamReadPolicy StreamName
  kinesis: ListStreams DescribeLimits on kinesis:R:A:stream/*
  kinesis: DescribeStream DescribeStreamSummary GetRecords GetShardIterator on kinesis:R:A:stream/@
LambdaInvokePolicy FunctionName
  lambda: InvokeFunction on lambda:R:A:function:@
MobileAnalyticsWriteOnlyAccessPolicy
  mobileanalytics: PutEvents on *
OrganizationsListAccountsPolicy
  organizations: ListAccounts on *
PinpointEndpointAccessPolicy PinpointApplicationId
  mobiletargeting: GetEndpoint UpdateEndpoint UpdateEndpointsBatch on mobiletargeting:R:A:apps/@/endpoints/*
PollyFullAccessPolicy LexiconName
  polly: GetLexicon DeleteLexicon on polly:R:A:lexicon/@
  polly: DescribeVoices ListLexicons PutLexicon SynthesizeSpeech on polly:R:A:lexicon/*
RekognitionDetectOnlyPolicy
  rekognition: DetectFaces DetectLabels DetectModerationLabels DetectText on *
RekognitionFacesManagementPolicy CollectionId
  rekognition: IndexFaces DeleteFaces SearchFaces SearchFacesByImage ListFaces on rekognition:R:A:collection/@
RekognitionFacesPolicy
  rekognition: CompareFaces DetectFaces on *
RekognitionLabelsPolicy
  rekognition: DetectLabels DetectModerationLabels on *
RekognitionNoDataAccessPolicy CollectionId
  rekognition: CompareFaces DetectFaces DetectLabels DetectModerationLabels on rekognition:R:A:collection/@
RekognitionReadPolicy CollectionId
  rekognition: ListCollections ListFaces SearchFaces SearchFacesByImage on rekognition:R:A:collection/@
RekognitionWriteOnlyAccessPolicy CollectionId
  rekognition: CreateCollection IndexFaces on rekognition:R:A:collection/@
Route53ChangeResourceRecordSetsPolicy HostedZoneId
  route53: ChangeResourceRecordSets on route53:::hostedzone/@
S3CrudPolicy BucketName
  s3: GetObject ListBucket GetBucketLocation GetObjectVersion PutObject PutObjectAcl GetLifecycleConfiguration
    PutLifecycleConfiguration DeleteObject on s3:::@ s3:::@/*
S3FullAccessPolicy BucketName
  s3: GetObject GetObjectAcl GetObjectVersion PutObject PutObjectAcl DeleteObject DeleteObjectTagging
    DeleteObjectVersionTagging GetObjectTagging GetObjectVersionTagging PutObjectTagging PutObjectVersionTagging on
    s3:::@/*
  s3: ListBucket GetBucketLocation GetLifecycleConfiguration PutLifecycleConfiguration on s3:::@
S3ReadPolicy BucketName
  s3: GetObject ListBucket GetBucketLocation GetObjectVersion GetLifecycleConfiguration on s3:::@ s3:::@/*
S3WritePolicy BucketName
  s3: PutObject PutObjectAcl PutLifecycleConfiguration on s3:::@ s3:::@/*
SESBulkTemplatedCrudPolicy IdentityName
  ses: GetIdentityVerificationAttributes SendEmail SendRawEmail SendTemplatedEmail SendBulkTemplatedEmail
    VerifyEmailIdentity on ses:R:A:identity/@
SESBulkTemplatedCrudPolicy_v2 IdentityName TemplateName
  ses: SendEmail SendRawEmail SendTemplatedEmail SendBulkTemplatedEmail on ses:R:A:identity/@ ses:R:A:template/@2
  ses: GetIdentityVerificationAttributes VerifyEmailIdentity on *
SESCrudPolicy IdentityName
  ses: GetIdentityVerificationAttributes SendEmail SendRawEmail VerifyEmailIdentity on ses:R:A:identity/@
SESEmailTemplateCrudPolicy
  ses: CreateTemplate GetTemplate ListTemplates UpdateTemplate DeleteTemplate TestRenderTemplate on *
SESSendBouncePolicy IdentityName
  ses: SendBounce on ses:R:A:identity/@
SNSCrudPolicy TopicName
  sns: ListSubscriptionsByTopic CreateTopic SetTopicAttributes Subscribe Publish on sns:R:A:@*
SNSPublishMessagePolicy TopicName
  sns: Publish on sns:R:A:@
SQSPollerPolicy QueueName
  sqs: ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch GetQueueAttributes
    ReceiveMessage on sqs:R:A:@
SQSSendMessagePolicy QueueName
  sqs: SendMessage* on sqs:R:A:@
SSMParameterReadPolicy ParameterName
  ssm: DescribeParameters on *
  ssm: GetParameters GetParameter GetParametersByPath on ssm:R:A:parameter/@
SSMParameterWithSlashPrefixReadPolicy ParameterName
  ssm: DescribeParameters on *
  ssm: GetParameters GetParameter GetParametersByPath on ssm:R:A:parameter@
SageMakerCreateEndpointConfigPolicy EndpointConfigName
  sagemaker: CreateEndpointConfig on sagemaker:R:A:endpoint-config/@
SageMakerCreateEndpointPolicy EndpointName
  sagemaker: CreateEndpoint on sagemaker:R:A:endpoint/@
ServerlessRepoReadWriteAccessPolicy
  serverlessrepo: CreateApplication CreateApplicationVersion UpdateApplication GetApplication ListApplications
    ListApplicationVersions ListApplicationDependencies on serverlessrepo:R:A:applications/*
StepFunctionsCallbackPolicy StateMachineName
  states: SendTaskFailure SendTaskHeartbeat SendTaskSuccess on states:R:A:stateMachine:@
StepFunctionsExecutionPolicy StateMachineName
  states: StartExecution on states:R:A:stateMachine:@
StepFunctionsExecutionPolicy_v2 StateMachineName
  states: StartExecution StartSyncExecution on states:R:A:stateMachine:@
TextractDetectAnalyzePolicy
  textract: DetectDocumentText StartDocumentTextDetection StartDocumentAnalysis AnalyzeDocument on *
TextractGetResultPolicy
  textract: GetDocumentTextDetection GetDocumentAnalysis on *
TextractPolicy
  textract: * on *
VPCAccessPolicy
  ec2: CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DetachNetworkInterface on *
`;
