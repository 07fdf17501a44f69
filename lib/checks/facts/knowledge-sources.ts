import { type Assembly, memberOf, type Resource, type Value } from '../../template/index';

/** A bucket whose objects a knowledge base takes as knowledge. */
export interface KnowledgeBucket {
  /** The data source. */
  readonly source: Resource;
  /** What names the bucket. */
  readonly named: Value;
  /** Undefined when it isn't in the app. */
  readonly bucket: Resource | undefined;
  /** Path below the data source. */
  readonly property: string;
  readonly assuming: readonly string[];
}

/** The buckets of every knowledge base. */
export function knowledgeBucketsOf(assembly: Assembly): readonly KnowledgeBucket[] {
  return assembly.ofType('AWS::Bedrock::DataSource').flatMap((source) =>
    source.property('DataSourceConfiguration').flatMap(({ value, assuming }): KnowledgeBucket[] => {
      const named = memberOf(value, 'S3Configuration', 'BucketArn');
      if (named === undefined) return [];
      const found = assembly.find(named);
      const bucket = found?.type === 'AWS::S3::Bucket' ? found : undefined;
      const property = 'Properties.DataSourceConfiguration.S3Configuration.BucketArn';
      return [{ source, named, bucket, property, assuming }];
    }),
  );
}
