import { type Assembly, describe, memberOf } from '../../../template';
import { knowledgeBucketsOf } from '../../facts/knowledge-sources';
import { assumed } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** A page of a stranger in the knowledge base is a prompt of a stranger. */
export const knowledgeOfStrangers: Rule = {
  id: 'GateKnowledgeOfStrangers',
  pillar: 'gate',
  severity: 'warning',
  holds: 'A knowledge base reads buckets of this app, whose writers the template tells, and no pages of the web.',
  source:
    'Amazon Bedrock User Guide, "Crawl web pages for your knowledge base"; OWASP Top 10 for LLM Applications LLM04:2025 "Data and Model Poisoning"; OWASP Agentic Top 10 ASI06',
  fix: 'Put what the agent shall know into a bucket of this app. Otherwise acknowledge the source: say who writes it, and who reads what is new before the agent does.',
  lists: ['ASI06', 'LLM04:2025', 'LLM08:2025'],
  insecure: `Resources:
  Source:
    Type: AWS::Bedrock::DataSource
    Properties:
      DataSourceConfiguration:
        Type: WEB
        WebConfiguration: { SourceConfiguration: { UrlConfiguration: { SeedUrls: [{ Url: 'https://forum.example.com' }] } } }
`,
  secure: `Resources:
  Pages:
    Type: AWS::S3::Bucket
  Source:
    Type: AWS::Bedrock::DataSource
    Properties:
      DataSourceConfiguration: { Type: S3, S3Configuration: { BucketArn: !GetAtt Pages.Arn } }
`,
  *check(assembly) {
    for (const { source, named, bucket, property, assuming } of knowledgeBucketsOf(assembly)) {
      if (bucket !== undefined) continue;
      const message = `can't be proven: who writes ${describe(named)}, which isn't in the app`;
      yield { resource: source, property, message: assumed(message, assuming) };
    }
    yield* crawlers(assembly);
  },
};

function* crawlers(assembly: Assembly): Generator<Offence> {
  for (const source of assembly.ofType('AWS::Bedrock::DataSource')) {
    for (const { value, assuming } of source.property('DataSourceConfiguration')) {
      if (memberOf(value, 'WebConfiguration') === undefined || memberOf(value, 'Type') === 'S3') continue;
      yield {
        resource: source,
        property: 'Properties.DataSourceConfiguration.WebConfiguration',
        message: assumed('reads pages of the web: who may write there may tell the agent what to do', assuming),
      };
    }
  }
}
