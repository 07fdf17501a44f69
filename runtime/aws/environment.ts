/**
 * A setting of this function.
 * @throws Error when it is missing: a function that can't know its place must not start
 */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing.`);
  return value;
}
