/** Lengths that references have once deployed, in characters; the longest usual ones, so that estimates err upwards. */
const PSEUDO_PARAMETERS: Record<string, number> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 10,
  'AWS::Region': 14,
  'AWS::StackName': 64,
  'AWS::URLSuffix': 16,
};
/** A generated name: stack, logical id, random part. */
const REFERENCE = 64;
/** An ARN around such a name. */
const ARN = 120;

/**
 * Estimates how long a policy document is once its references are resolved, in characters.
 * @param value the document as it stands in the template
 * @internal
 */
export function estimatePolicySize(value: unknown): number {
  if (typeof value === 'string') return JSON.stringify(value).length;
  if (Array.isArray(value)) return 2 + sum(value.map((item) => estimatePolicySize(item) + 1));
  if (typeof value !== 'object' || value === null) return String(value).length;
  const keys = Object.keys(value);
  if (keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'))) return 2 + estimateText(value);
  return 2 + sum(Object.entries(value).map(([key, item]) => key.length + 4 + estimatePolicySize(item)));
}

function estimateText(value: unknown): number {
  if (typeof value === 'string') return value.length;
  const [name, argument] = Object.entries(value as Record<string, unknown>)[0];
  if (name === 'Ref') return PSEUDO_PARAMETERS[String(argument)] ?? REFERENCE;
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return sum(parts.map((part) => estimateText(part) + separator.length));
  }
  if (name === 'Fn::Select') return REFERENCE;
  return ARN;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
