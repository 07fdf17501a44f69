/** Lengths of references after deployment, in characters: the longest usual ones, so that an estimate is never too small. */
const PSEUDO_PARAMETERS: Record<string, number> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 10,
  'AWS::Region': 14,
  'AWS::StackName': 64,
  'AWS::URLSuffix': 16,
};
/** A generated name: stack, logical id, random suffix. */
const REFERENCE = 64;
/** An ARN with such a name. */
const ARN = 120;

/**
 * Estimates the length of a policy document after its references are resolved, in characters.
 * @param value the document as it is in the template
 * @internal
 */
export function estimatePolicySize(value: unknown): number {
  if (typeof value === 'string') return JSON.stringify(value).length;
  if (Array.isArray(value)) return 2 + sum(value.map((item) => estimatePolicySize(item) + 1));
  if (typeof value !== 'object' || value === null) return String(value).length;
  const [key, ...others] = Object.keys(value);
  const isIntrinsic = others.length === 0 && (key === 'Ref' || key?.startsWith('Fn::'));
  if (isIntrinsic) return 2 + estimateText(value);
  return 2 + sum(Object.entries(value).map(([key, item]) => key.length + 4 + estimatePolicySize(item)));
}

function estimateText(value: unknown): number {
  if (typeof value === 'string') return value.length;
  const [[name, argument] = []] = Object.entries(value as Record<string, unknown>);
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
