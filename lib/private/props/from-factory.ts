import { type Arguments, checkArguments } from './check';
import { standIn } from './refusals';

/**
 * Makes an object whose factory has no scope, so that the factory's errors can't name a construct. What is wrong is thrown
 * by the first construct or method that takes the object, with its own path and the name of the prop. Until then, every
 * other use of the object throws it too.
 * @param made the class of the object
 * @param factory how users write the factory, such as `BedrockModel.foundation`
 * @internal
 */
export function fromFactory<T extends object>(
  made: { readonly prototype: T },
  factory: string,
  given: Arguments,
  make: () => T,
): T {
  try {
    checkArguments(factory, given);
  } catch (error) {
    return standIn(made, error as Error);
  }
  try {
    return make();
  } catch (error) {
    const refusal = new Error(`${factory}: ${(error as Error).message}`);
    Error.captureStackTrace(refusal, fromFactory);
    return standIn(made, refusal);
  }
}
