/**
 * A required environment variable of this function.
 * @throws Error if it is missing: the function then doesn't start
 */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing.`);
  return value;
}
